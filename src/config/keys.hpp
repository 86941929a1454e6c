// The one table of what can be configured. The reader of YAML, the environment, the flags, `config
// print` and the page of all keys read it: a new key is a member of Config and a row in
// keys_server.cpp, keys_cluster.cpp or keys_output.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.hpp"

namespace gochat::config {

using Member = std::variant<std::string*, std::vector<std::string>*, bool*, std::uint32_t*,
                            std::uint64_t*, double*>;

// What a text value, or each item of a list, must look like.
enum class Shape : std::uint8_t {
  any,
  address_port,
  host_port,
  network,
  url,
  http_url,
  file,
  key_256_bit
};

struct Takes {
  double min = 0;  // of a number
  double max = 0;
  // "auto|json|text": one of these. Of a bool: what is true, then what is false.
  std::string_view words{};
  Shape shape = Shape::any;
};

enum class Applied : std::uint8_t { at_start, at_run_time };

struct Traits {
  std::string_view flag{};  // a short flag, beside --section.key that every key has
  bool secret = false;      // never shown, never a flag; may come from a file
  Applied applied = Applied::at_start;
  // A variable that other programs read too; the key's own is stronger.
  std::string_view foreign_variable{};
  // Tells processes apart, or is needed before etcd is reached: a cluster does not share it.
  bool own = false;
};

struct Key {
  std::string_view name;  // section.key
  Member (*member)(Config&);
  Takes takes;
  std::string_view meaning;  // one line, for the file and the page
  Traits traits{};

  std::string_view section() const { return name.substr(0, name.find('.')); }
  std::string_view last() const { return name.substr(name.find('.') + 1); }
  std::string variable() const;  // GOCHAT_SECTION_KEY
  bool is_list() const;
  // Whether the documents that a cluster shares may give it.
  bool shared() const { return !traits.own && !traits.secret; }
};

std::span<const Key> keys();
const Key* find_key(std::string_view name);
std::vector<std::string_view> sections();  // in the order of the table

}  // namespace gochat::config
