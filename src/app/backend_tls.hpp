// The files that the keys `tls_*` of a backend name.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"
#include "net/certificate.hpp"

namespace gochat::app {

// What they hold; nothing where there is no TLS. The error says in `detail` which of them cannot be
// used and in `hint` what to do about it.
Result<net::Certificate::Pem> read_tls(std::string_view section,
                                       const config::Config::BackendTls& tls);

// One error for each backend of this process whose files cannot be used.
std::vector<Error> judge_tls(const config::Config& config);

}  // namespace gochat::app
