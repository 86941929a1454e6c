// MD5, for the ids of single conversations, which are fixed by it, and to shorten ids that their
// own user chose. Never for passwords, tokens or anything that a collision could hurt others by; a
// clash of two pairs is found by comparing the stored pair.
#pragma once

#include <string>
#include <string_view>

namespace gochat {

// 32 lower-case hex digits.
std::string md5_hex(std::string_view bytes);

}  // namespace gochat
