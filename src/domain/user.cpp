#include "domain/user.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "domain/limits.hpp"
#include "domain/name_fold.hpp"
#include "domain/url.hpp"

namespace gochat {
namespace {

// Words that stand in a user's place in a path.
constexpr std::array<std::string_view, 5> reserved_names{"info", "profile", "search", "status",
                                                         "me"};

Error invalid(std::string hint) { return refused(ErrorCode::invalid_params, std::move(hint)); }

// Calls `visit(code point)` for each of valid UTF-8 until it answers false; answers whether it
// never did.
template <class Visit>
bool every_code_point(std::string_view text, Visit visit) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t point = 0;
    const auto bytes = utf8proc_iterate(at, left, &point);
    if (bytes <= 0 || !visit(point)) return false;
    at += bytes;
    left -= bytes;
  }
  return true;
}

bool is_letter_or_digit(utf8proc_category_t category) {
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         category == UTF8PROC_CATEGORY_ND;
}
bool is_mark(utf8proc_category_t category) {
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

// Letters, digits and `_-.`; a mark where it belongs to a letter before it. Invisible fillers count
// as letters in Unicode and are refused: two names must not look alike by them.
bool is_made_of_name_characters(std::string_view text) {
  bool may_carry_mark = false;
  bool has_letter = false;
  const bool clean = every_code_point(text, [&](utf8proc_int32_t point) {
    const auto category = utf8proc_category(point);
    if (utf8proc_get_property(point)->ignorable) return false;
    if (is_mark(category)) return may_carry_mark;
    may_carry_mark = is_letter_or_digit(category);
    has_letter = has_letter || may_carry_mark;
    return may_carry_mark || point == '_' || point == '-' || point == '.';
  });
  return clean && has_letter;
}

bool is_blank(utf8proc_int32_t point) {
  return point == '\t' || utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
}

// Embeddings, overrides and isolates turn the text around them, not only their own.
bool turns_direction(utf8proc_int32_t point) {
  return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

bool breaks_a_line(utf8proc_int32_t point) {
  const auto category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

std::string_view trimmed(std::string_view text) {
  std::size_t begin = std::string_view::npos;
  std::size_t end = 0;
  std::size_t at = 0;
  every_code_point(text, [&](utf8proc_int32_t point) {
    const auto bytes = point < 0x80 ? 1U : point < 0x800 ? 2U : point < 0x10000 ? 3U : 4U;
    if (!is_blank(point)) {
      begin = std::min(begin, at);
      end = at + bytes;
    }
    at += bytes;
    return true;
  });
  return end == 0 ? std::string_view{} : text.substr(begin, end - begin);
}

}  // namespace

Result<std::string> username_key(std::string_view username) {
  const auto code_points = count_code_points(username);
  if (!code_points || *code_points < limits::username_code_points_min ||
      *code_points > limits::username_code_points_max) {
    return invalid("username has 3 to 20 characters");
  }
  // The folded form is looked at too: some letters fold into a blank and a mark.
  auto key = fold_name(username);
  if (!is_made_of_name_characters(username) || !is_made_of_name_characters(key)) {
    return invalid("username has letters, digits and _-. only");
  }
  if (std::find(reserved_names.begin(), reserved_names.end(), key) != reserved_names.end()) {
    return invalid("username is reserved");
  }
  return key;
}

Result<void> check_password(std::string_view password, std::size_t bytes_min) {
  if (password.size() < bytes_min) {
    return invalid("password is shorter than " + std::to_string(bytes_min) + " bytes");
  }
  if (password.size() > limits::password_bytes_max) {
    return invalid("password is longer than " + std::to_string(limits::password_bytes_max) +
                   " bytes");
  }
  // What hashes a password may stop at a NUL, and all passwords with the same beginning would open
  // the door.
  if (password.find('\0') != std::string_view::npos) return invalid("password holds a NUL");
  return {};
}

Result<std::string> clean_line(std::string_view text, std::string_view field,
                               std::size_t code_points_max) {
  const std::string name{field};
  if (!count_code_points(text)) return invalid(name + " is not valid UTF-8");
  const auto line = trimmed(text);
  if (!every_code_point(
          line, [](auto point) { return !breaks_a_line(point) && !turns_direction(point); })) {
    return invalid(name + " is one line without control characters");
  }
  if (*count_code_points(line) > code_points_max) {
    return invalid(name + " is longer than " + std::to_string(code_points_max) + " characters");
  }
  return std::string{line};
}

Result<void> check_avatar(std::string_view url) {
  if (url.empty()) return {};
  if (url.size() > limits::url_bytes_max || !is_http_url(url)) {
    return invalid("avatar is an http or https URL of at most " +
                   std::to_string(limits::url_bytes_max) + " bytes");
  }
  return {};
}

Result<void> check_email(std::string_view email) {
  if (email.empty()) return {};
  const auto at = email.rfind('@');
  const auto is_plain = [](char c) {
    return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != '"';
  };
  const bool shaped = email.size() <= limits::email_bytes_max && at != std::string_view::npos &&
                      at > 0 && email.find('@') == at &&
                      email.find('.', at + 2) != std::string_view::npos && email.back() != '.' &&
                      std::all_of(email.begin(), email.end(), is_plain);
  if (!shaped) return invalid("email is an address of at most 255 bytes");
  return {};
}

}  // namespace gochat
