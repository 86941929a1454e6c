// The documents of configuration that the processes of a cluster share through etcd.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/etcd/etcd_client.hpp"
#include "app/configuration.hpp"
#include "async/beat.hpp"
#include "async/gate.hpp"

namespace gochat::app {

// `all` is for everybody, and each role may have one of its own, which is stronger.
inline constexpr std::string_view for_all = "all";
inline constexpr std::string_view documents_key = "config/";

// Those that a process of these roles obeys, the stronger ones later; `prefix` is etcd's.
config::Documents documents_for(const config::Config& config,
                                const std::vector<etcd::Entry>& entries);
bool is_document(std::string_view name);

// Reads them once a second, each process at a moment of its own, and tells the configuration of
// this process when they have changed. An etcd that is away changes nothing.
class SharedConfiguration {
 public:
  SharedConfiguration(etcd::Client& client, Gate& gate, Timers& timers,
                      Configuration& configuration);

  // The first reading, before the roles are made.
  Task<Result<void>> open();
  void start() { beat_.start(); }
  void stop() { beat_.stop(); }

  // etcd's revision of the newest document that is in force; 0: there is none.
  std::int64_t revision() const { return revision_; }

 private:
  Task<> look();
  void warn_of_strangers(const std::vector<etcd::Entry>& entries);
  std::int64_t newest_of(const std::vector<etcd::Entry>& entries) const;

  etcd::Client& client_;
  Configuration& configuration_;
  config::Documents seen_;
  std::map<std::string, std::int64_t> strangers_;  // that were told of, and their revision
  std::int64_t revision_ = 0;
  Beat beat_;
};

}  // namespace gochat::app
