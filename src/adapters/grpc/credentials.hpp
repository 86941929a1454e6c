// How services prove to each other that they belong together: by certificates on both sides, by a
// token that all of them share, or by both.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gochat::rpc {

// PEM, not paths. Between our own services all three or none.
struct Certificates {
  std::string authorities;
  std::string own;
  std::string own_key;
  // The name in the other side's certificate; empty: its address.
  std::string expected_name;
};

struct Credentials {
  // Clients show the first, servers take any: a token is replaced by adding the new one behind the
  // old, then in front of it, then alone.
  std::vector<std::string> tokens;
  Certificates certificates;
  // Of a client that speaks to somebody else's service: TLS also without a certificate to show, and
  // by the system's authorities where none are given.
  bool tls = false;

  bool secured() const { return tls || !certificates.own.empty(); }
};

namespace limits {
// Of one request or answer. A batch of a thousand messages of the largest size fits.
inline constexpr std::size_t message_bytes_max = 32 * 1024 * 1024;
}  // namespace limits

}  // namespace gochat::rpc
