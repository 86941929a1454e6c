// The configuration of this process: what is in force, where it comes from, and how it changes.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.hpp"
#include "config/pages.hpp"
#include "config/read.hpp"

namespace gochat::app {

struct ConfigurationCounts {
  metrics::Counter applied;
  metrics::Counter refused;
};

// Every change goes one way, whoever asks for it: all sources are read again and judged together.
// Where anything is wrong nothing is applied, and what was good last stays in force. What is in
// order is applied as far as it can be while the process runs; the log says what was, and what
// waits for the next start. Lives on the main loop.
class Configuration {
 public:
  // Told of what is in force after each change, for what holds values of its own.
  using Apply = std::function<void(const config::Config& in_force)>;

  // The process's own arguments name file and flags; the environment is what it was at its start.
  Configuration(std::vector<std::string> arguments, config::Reading reading)
      : arguments_{std::move(arguments)}, in_force_{std::move(reading)} {}

  // The same object for as long as the process lives; what changes, changes in it.
  const config::Config& in_force() const { return in_force_.config; }
  void on_change(Apply apply) { apply_ = std::move(apply); }

  // Once, before anything is made of what a cluster shares: also keys that are read at a start
  // only. Documents that are not in order stop nobody from starting: then those are taken that were
  // good last, of which the data folder has a copy, and else none.
  void begin_with(config::Documents shared);
  // They were changed. False: they are not in order.
  bool share(config::Documents shared);
  // File and all, because somebody says so.
  void read_again();

  // Whether the newest of everything is in force, or waits for nothing but the next start.
  bool good() const { return good_; }
  std::size_t waiting() const { return waiting_.size(); }
  const ConfigurationCounts& counts() const { return counts_; }

  struct Row {
    const config::Key* key;
    std::string value;
    std::string from;
    bool waits;  // another one is wanted
  };
  std::vector<Row> rows() const;

 private:
  enum class Stage : std::uint8_t { starting, running };
  bool take(const config::Documents& shared, Stage stage);
  void adopt(const config::Reading& wanted, Stage stage);
  std::string copy_path() const;
  config::Documents read_copy() const;
  void keep_copy(const config::Documents& shared);

  std::vector<std::string> arguments_;
  config::Reading in_force_;
  std::set<std::string_view> waiting_;  // keys whose value is wanted and not in force
  Apply apply_;
  bool shares_ = false;       // a cluster does
  config::Documents newest_;  // in order or not
  bool good_ = true;
  ConfigurationCounts counts_;
};

}  // namespace gochat::app
