// One value of the table: from text and to text.
#pragma once

#include <span>
#include <string>

#include "config/keys.hpp"

namespace gochat::config {

// False, and nothing is changed, when the texts are not what the key takes. A key that is no list
// takes exactly one.
bool assign(const Key& key, Config& config, std::span<const std::string> texts);

// "a whole number from 1 to 64", "on or off": what an error and the page say.
std::string what_it_takes(const Key& key);

// Secrets as "(set)" or "".
enum class Notation : std::uint8_t { yaml, json };
std::string written(const Key& key, const Config& config, Notation notation = Notation::yaml);
bool same(const Key& key, const Config& a, const Config& b);
void copy(const Key& key, const Config& from, Config& to);

}  // namespace gochat::config
