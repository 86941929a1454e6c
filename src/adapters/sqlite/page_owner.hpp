// Which table or index a page belongs to, for a person who is told that it is damaged. Walks the
// whole file, so it is for checks and repairs, never for the road of a message.
#pragma once

#include <cstdint>
#include <string>

#include "adapters/sqlite/connection.hpp"

namespace gochat::sqlite {

// Empty when no table or index reaches the page: it is free, or lies behind another damaged page.
Result<std::string> owner_of_page(Connection& connection, std::uint32_t page);

}  // namespace gochat::sqlite
