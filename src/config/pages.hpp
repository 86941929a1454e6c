// What is generated from the table of keys: the file of all defaults, the page of all keys, and
// what is in force. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/read.hpp"

namespace gochat::config {

// config/gochat.yaml: every key with its meaning and its default. It reads as Config{}.
std::string default_file();

// docs/configuration.md.
std::string reference_page();

struct InForce {
  const Key* key = nullptr;
  std::string from;  // "gochat.yaml:14", "--listen", "profile hardened", "default", "chosen"
};
// Every key of a reading that is good, in the order of the table.
std::vector<InForce> in_force(const Reading& reading);
// As a file that says the same; secrets are not in it.
std::string printed(const Reading& reading);

}  // namespace gochat::config
