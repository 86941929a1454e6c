// What a row of the table of keys is made of, and the parts of that table.
#pragma once

#include <limits>
#include <span>
#include <string_view>

#include "config/keys.hpp"

namespace gochat::config {

template <auto section, auto key>
Member at(Config& config) {
  return &(config.*section.*key);
}

inline constexpr double mebi = 1024.0 * 1024.0;

constexpr Takes between(double min, double max) { return {.min = min, .max = max}; }
constexpr Takes one_of(std::string_view words) { return {.words = words}; }
inline constexpr Takes on_off{.words = "on|off"};
inline constexpr Takes text{};
inline constexpr Takes address{.shape = Shape::address_port};
inline constexpr Takes host{.shape = Shape::host_port};
inline constexpr Takes network{.shape = Shape::network};
inline constexpr Takes url{.shape = Shape::url};
inline constexpr Takes http_url{.shape = Shape::http_url};
inline constexpr Takes file{.shape = Shape::file};
inline constexpr Takes key_256_bit{.shape = Shape::key_256_bit};

inline constexpr Traits at_run_time{.applied = Applied::at_run_time};
inline constexpr Traits own{.own = true};
inline constexpr Traits own_at_run_time{.applied = Applied::at_run_time, .own = true};
inline constexpr Traits secret{.secret = true};

using C = Config;

// In the order of the page of all keys.
std::span<const Key> keys_of_server();
std::span<const Key> keys_of_cluster();
std::span<const Key> keys_of_output();

}  // namespace gochat::config
