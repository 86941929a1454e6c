#include "adapters/redis/numbers.hpp"

#include <fmt/format.h>

namespace gochat::redis {

std::string padded(std::uint64_t number) { return fmt::format("{:020}", number); }

}  // namespace gochat::redis
