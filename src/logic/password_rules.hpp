// What a new password must be, by the options of the server.
#pragma once

#include <string>

#include "domain/guessed_password.hpp"
#include "domain/user.hpp"
#include "logic/options.hpp"

namespace gochat::logic {

inline Result<void> check_new_password(const std::string& password, const Options& options) {
  if (auto fits = check_password(password, options.password_bytes_min); !fits) return fits;
  if (options.refuse_common_passwords && is_often_guessed(password)) {
    return refused(ErrorCode::invalid_params, "password is chosen too often; take another");
  }
  return {};
}

}  // namespace gochat::logic
