// What is asked of a server: one command, on one key or none.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/reply.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat::redis {

// A program that runs inside Redis in one piece, on keys of one slot. Lives as long as the process.
class Script {
 public:
  Script(std::string_view name, std::string source);

  std::string_view name() const { return name_; }
  const std::string& source() const { return source_; }
  const std::string& sha() const { return sha_; }

 private:
  std::string_view name_;
  std::string source_;
  std::string sha_;
};

// The family is what a log may say of a key; what follows it belongs to somebody.
struct Key {
  std::string text;
  std::size_t family_at = 0;
  std::size_t family_bytes = 0;

  std::string_view family() const { return std::string_view{text}.substr(family_at, family_bytes); }
};

// Makes the keys of one environment: a prefix, a family, and what tells the keys of it apart.
class Keys {
 public:
  explicit Keys(std::string prefix) : prefix_{std::move(prefix)} {}
  Key make(std::string_view family, std::string_view rest) const {
    return in_full(prefix_ + std::string{family} + std::string{rest}, family.size());
  }
  // As its owner names it: what stands before the first colon is the family.
  Key named(std::string_view name) const {
    const auto colon = name.find(':');
    const std::size_t family = colon == std::string_view::npos ? 0 : colon + 1;
    return make(name.substr(0, family), name.substr(family));
  }
  // As a server lists it, prefix and all.
  Key in_full(std::string text, std::size_t family_bytes) const {
    return {std::move(text), prefix_.size(), family_bytes};
  }
  const std::string& prefix() const { return prefix_; }

 private:
  std::string prefix_;
};

// A temporary key in the slot of this one, such as what is built up before it takes its place.
std::string beside(const Key& key, std::string_view what);

struct Command {
  std::string_view name;                   // of the command, unless a script is given
  Key key{};                               // decides the slot; without text it is left out
  std::vector<std::string> keys_beside{};  // what a script needs more, in the same slot
  std::vector<std::string> words{};
  const Script* script = nullptr;
  bool again = true;  // carried out twice it does what it does once
};

Command run(const Script& script, Key key, std::vector<std::string> words);

using Done = std::move_only_function<void(Result<Reply>)>;

// A command under way. `done` is called once, from the loop, and may be called before `send` ends.
struct Request {
  std::shared_ptr<const Command> command{};
  Deadline deadline{};
  Done done{};
  bool with_source = false;  // of the script, because the server does not know its digest
  bool asking = false;       // the slot is on its way to that node
  std::uint32_t redirects = 0;
};

void append(std::string& out, const Command& command, bool with_source);

}  // namespace gochat::redis
