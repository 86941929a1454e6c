// People and their sessions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

enum class UserStatus : std::uint8_t { active = 1, disabled = 2, erased = 3 };
enum class UserRole : std::uint8_t { user = 1, admin = 2 };

// What others may see of a person. The password hash never leaves repo and is not here.
struct User {
  UserId id;
  std::string username;
  std::string nickname;
  std::string avatar;
  std::string email;
  UserStatus status = UserStatus::active;
  UserRole role = UserRole::user;
  bool is_guest = false;
  std::uint32_t password_version = 0;
  WallTime created_at;

  const std::string& shown_name() const { return nickname.empty() ? username : nickname; }
};

struct Session {
  SessionId id;
  UserId user;
  std::string device;
  std::uint32_t gen = 0;
  bool gen_used = false;  // an access token of this generation was seen
  WallTime rotated_at;
  WallTime created_at;
  WallTime last_seen_at;
  WallTime expires_at;
  bool revoked = false;
  std::uint16_t revoke_code = 0;  // the close code its sockets get: 4004 or 4006
};

// 3-20 code points: letters of any script, digits, `_-.`; some names are reserved. Returns the form
// under which it is unique (NFKC_Casefold).
Result<std::string> username_key(std::string_view username);
Result<void> check_password(std::string_view password, std::size_t bytes_min);
// A trimmed, one-line text of at most `code_points_max`, perhaps empty; the hint names `field`.
Result<std::string> clean_line(std::string_view text, std::string_view field,
                               std::size_t code_points_max);
// Empty or an http(s) URL of at most 255 bytes.
Result<void> check_avatar(std::string_view url);
// Empty or something@host.domain; whether it is reached is not asked.
Result<void> check_email(std::string_view email);

}  // namespace gochat
