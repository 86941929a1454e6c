// What a failed statement means: the one table from the server's numbers to the product's errors.
#pragma once

#include <boost/mysql/diagnostics.hpp>
#include <boost/mysql/error_code.hpp>
#include <string>
#include <string_view>

#include "adapters/mysql/failure_kind.hpp"
#include "base/error.hpp"

namespace gochat::mysql {

Failure failure_of(const boost::mysql::error_code& code);

// Neither names a value: a message of the server may quote what a person wrote.
Error error_of(Failure failure, const boost::mysql::error_code& code);
// The key of "Duplicate entry ... for key ...".
std::string duplicate_key(std::string_view server_message);

}  // namespace gochat::mysql
