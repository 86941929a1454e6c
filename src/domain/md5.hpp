// MD5, for one purpose: the ids of single conversations are fixed by it. Never for passwords,
// tokens or anything that a collision could hurt; a clash of two pairs is found by comparing the
// stored pair.
#pragma once

#include <string>
#include <string_view>

namespace gochat {

// 32 lower-case hex digits.
std::string md5_hex(std::string_view bytes);

}  // namespace gochat
