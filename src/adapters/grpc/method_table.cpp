#include "adapters/grpc/method_table.hpp"

namespace gochat::rpc {

void serve_as(MethodTable& table, const std::vector<std::string_view>& services,
              const std::vector<std::string_view>& names, const Handler& handler) {
  for (const std::string_view service : services) {
    for (const std::string_view name : names) {
      table.push_back({std::string{service}, std::string{name}, handler});
    }
  }
}

}  // namespace gochat::rpc
