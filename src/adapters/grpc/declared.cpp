#include "adapters/grpc/declared.hpp"

#include <google/protobuf/descriptor.h>

#include <map>
#include <set>
#include <string>

namespace gochat::rpc {
namespace {

Error undeclared(const std::string& what) { return failed(ErrorCode::internal, what); }

Result<void> check_service(const std::string& name, const std::set<std::string>& served) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  const auto* declared = pool->FindServiceByName(name);
  if (declared == nullptr) return undeclared("proto/ declares no service " + name);
  for (const std::string& method : served) {
    if (declared->FindMethodByName(method) == nullptr) {
      return undeclared("proto/ declares no method " + method + " of " + name);
    }
  }
  for (int n = 0; n < declared->method_count(); ++n) {
    if (!served.contains(declared->method(n)->name())) {
      return undeclared("nothing serves " + declared->method(n)->full_name());
    }
  }
  return {};
}

}  // namespace

Result<void> check_declared(const MethodTable& table) {
  std::map<std::string, std::set<std::string>> services;
  for (const Row& row : table) {
    if (!services[row.service].insert(row.method).second) {
      return undeclared(row.service + "." + row.method + " is served twice");
    }
  }
  for (const auto& [name, served] : services) {
    if (auto fits = check_service(name, served); !fits) return fits;
  }
  return {};
}

}  // namespace gochat::rpc
