// The one coroutine type. An alias, so that Asio's operations can be awaited where they are hidden.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace gochat {

template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace gochat
