#include "adapters/memory/memory_directory.hpp"

#include <algorithm>

namespace gochat::memory {

void MemoryDirectory::forget(const Instance& instance) {
  std::erase_if(all_, [&](const Instance& known) {
    return known.role == instance.role && known.name == instance.name;
  });
}

Task<Result<void>> MemoryDirectory::announce(Instance instance) {
  forget(instance);
  all_.push_back(std::move(instance));
  co_return Result<void>{};
}

Task<Result<void>> MemoryDirectory::withdraw(Instance instance) {
  forget(instance);
  co_return Result<void>{};
}

Task<Result<std::vector<Instance>>> MemoryDirectory::instances(std::string role) {
  std::vector<Instance> found;
  std::ranges::copy_if(all_, std::back_inserter(found),
                       [&](const Instance& known) { return known.role == role; });
  co_return found;
}

}  // namespace gochat::memory
