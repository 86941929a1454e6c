// The configuration from all its sources, in rising strength: defaults, the profile, the file, the
// documents that a cluster shares, the environment, flags.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/given.hpp"

namespace gochat::config {

using Environment = std::vector<std::pair<std::string, std::string>>;

// What the processes of a cluster share, in the form of the file.
struct Document {
  std::string name;  // stands before the line number in every message
  std::string text;
  bool operator==(const Document&) const = default;
};
using Documents = std::vector<Document>;

struct Sources {
  std::string file;  // empty: none
  Environment environment;
  std::vector<Given> flags;
  Documents shared{};  // a later one is stronger
};

struct Reading {
  Config config;
  std::vector<Problem> problems;
  // Where each key that was given has its value from.
  std::map<std::string_view, std::string> origins;

  bool good() const { return problems.empty(); }
};

Reading read(const Sources& sources);

// --config, the short flags and --section.key for every key, each as "--name value" or
// "--name=value". GOCHAT_CONFIG names the file when --config does not.
struct CommandLine {
  std::string file;
  std::vector<Given> given;
  std::vector<std::string> words;  // what is no flag
  std::vector<Problem> problems;
};
CommandLine read_flags(const std::vector<std::string>& arguments);

// Without the keys that a cluster does not share: each of them is a problem.
Gathered read_shared(const Document& document);
Gathered read_environment(const Environment& environment);
// The GOCHAT_ part of this process's.
Environment own_environment();

// Everything together, for a process with these arguments, completed and judged.
struct Loaded {
  Reading reading;
  std::vector<std::string> words;
  std::string file;
};
Loaded load(const std::vector<std::string>& arguments, const Documents& shared = {});

// The same for a process that only speaks to the server of a data folder: whether that server may
// run is not asked.
struct Meant {
  std::string data;
  Config config;
  std::vector<std::string> words;
  std::vector<Problem> problems;
};
Meant meant_server(const std::vector<std::string>& arguments);

}  // namespace gochat::config
