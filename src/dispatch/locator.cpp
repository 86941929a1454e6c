#include "dispatch/locator.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/span.hpp"

namespace gochat::dispatch {

namespace {
constexpr std::string_view gateway_role = "gateway";
}  // namespace

Task<Result<void>> Locator::add(Places& places, std::vector<UserId> users) {
  for (std::size_t from = 0; from < users.size(); from += users_at_once_) {
    const auto first = users.begin() + static_cast<std::ptrdiff_t>(from);
    const auto count = std::min(users_at_once_, users.size() - from);
    std::vector<UserId> some{first, first + static_cast<std::ptrdiff_t>(count)};
    auto located = co_await registry_.locate(std::move(some));
    if (!located) co_return located.error();
    for (auto& at : *located) places.add(std::move(at));
  }
  co_return Result<void>{};
}

Task<Result<void>> Locator::add_gateways(Places& places) {
  auto gateways = co_await registry_.gateways();
  if (!gateways) co_return gateways.error();
  for (auto& at : *gateways) places.add({std::move(at.gateway), at.boot, {}});
  co_return Result<void>{};
}

Task<Result<Places>> Locator::everywhere() {
  auto instances = co_await directory_.instances(std::string{gateway_role});
  if (!instances) co_return instances.error();
  Places places;
  for (auto& instance : *instances) places.add({std::move(instance.name), instance.boot, {}});
  places.assume_everywhere();
  co_return places;
}

Task<Result<Places>> Locator::locate(std::vector<UserId> users, bool all_gateways) {
  trace::Span span = trace::start("locate", trace::Kind::client);
  span.set(trace::Attribute::receivers, std::ssize(users));
  Places places;
  const auto located = co_await add(places, std::move(users));
  if (!located) {
    span.failed(located.code());
    co_return co_await everywhere();
  }
  if (all_gateways) {
    const auto added = co_await add_gateways(places);
    if (!added) {
      span.failed(added.code());
      co_return co_await everywhere();
    }
  }
  co_return places;
}

}  // namespace gochat::dispatch
