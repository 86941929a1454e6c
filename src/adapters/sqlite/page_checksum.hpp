// The hash in the last 8 bytes of every page. It is seeded by the page's number, so that a page
// written to the wrong place is as wrong as a page with a flipped bit, and it is never 0, so that a
// page of zeroes is wrong as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace gochat::sqlite {

// Once and for all: a file of another page size, or without room for the hash, is refused.
inline constexpr int page_bytes = 4096;
inline constexpr int page_reserve_bytes = 8;

using Page = std::span<const std::byte, page_bytes>;
using MutablePage = std::span<std::byte, page_bytes>;

// Pages are numbered from 1, as SQLite does.
std::uint64_t page_hash(Page page, std::uint32_t number);

bool is_sound(Page page, std::uint32_t number);

// Writes the hash into the page's last bytes.
void stamp(MutablePage page, std::uint32_t number);

}  // namespace gochat::sqlite
