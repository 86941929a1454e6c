// What an operator is shown of people, groups and sessions: one JSON object on a line of its own.
#pragma once

#include <string>
#include <string_view>

#include "domain/user.hpp"
#include "ports/group_store.hpp"

namespace gochat::app {

// A password that was drawn is shown once, here.
std::string line_of(const User& user, std::string_view drawn_password = {});
std::string line_of(const Group& group);
std::string line_of(const Session& session);

}  // namespace gochat::app
