#include "app/shared_configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "config/words.hpp"

namespace gochat::app {
namespace {

constexpr Duration look_every = std::chrono::seconds{1};
constexpr std::array<std::string_view, 5> known{for_all, "gateway", "logic", "repo", "task"};

std::string_view name_of(const etcd::Entry& entry) {
  return std::string_view{entry.key}.substr(documents_key.size());
}

bool obeys(const config::Config& config, std::string_view name) {
  return name == for_all || (is_document(name) && config::has_role(config, name));
}

}  // namespace

bool is_document(std::string_view name) { return std::ranges::find(known, name) != known.end(); }

config::Documents documents_for(const config::Config& config,
                                const std::vector<etcd::Entry>& entries) {
  config::Documents documents;
  for (const std::string_view name : known) {
    if (!obeys(config, name)) continue;
    const auto entry = std::ranges::find(entries, name, name_of);
    if (entry == entries.end()) continue;
    documents.push_back({fmt::format("etcd:{}/{}", config.etcd.prefix, entry->key), entry->value});
  }
  return documents;
}

SharedConfiguration::SharedConfiguration(etcd::Client& client, Gate& gate, Timers& timers,
                                         Configuration& configuration)
    : client_{client},
      configuration_{configuration},
      beat_{gate, timers, look_every, [this] { return look(); }} {}

Task<Result<void>> SharedConfiguration::open() {
  const auto entries = co_await client_.list(std::string{documents_key});
  if (!entries) co_return entries.error();
  warn_of_strangers(*entries);
  seen_ = documents_for(configuration_.in_force(), *entries);
  configuration_.begin_with(seen_);
  if (configuration_.good()) revision_ = newest_of(*entries);
  co_return Result<void>{};
}

Task<> SharedConfiguration::look() {
  const auto entries = co_await client_.list(std::string{documents_key});
  if (!entries) co_return;
  warn_of_strangers(*entries);
  config::Documents documents = documents_for(configuration_.in_force(), *entries);
  if (documents == seen_) co_return;
  seen_ = documents;
  if (configuration_.share(std::move(documents))) revision_ = newest_of(*entries);
}

// A name that nobody obeys was meant for somebody.
void SharedConfiguration::warn_of_strangers(const std::vector<etcd::Entry>& entries) {
  for (const etcd::Entry& entry : entries) {
    const std::string_view name = name_of(entry);
    if (is_document(name)) continue;
    if (std::exchange(strangers_[entry.key], entry.modified) == entry.modified) continue;
    const std::string reason =
        fmt::format("nobody reads it{}; the names are all, gateway, logic, repo and task",
                    config::did_you_mean(config::nearest(name, known)));
    log::warn("a shared document is not read",
              {{log::Field::key, entry.key}, {log::Field::reason, reason}});
  }
  std::erase_if(strangers_, [&](const auto& told) {
    return std::ranges::find(entries, told.first, &etcd::Entry::key) == entries.end();
  });
}

std::int64_t SharedConfiguration::newest_of(const std::vector<etcd::Entry>& entries) const {
  std::int64_t newest = 0;
  for (const etcd::Entry& entry : entries) {
    if (obeys(configuration_.in_force(), name_of(entry))) newest = std::max(newest, entry.modified);
  }
  return newest;
}

}  // namespace gochat::app
