// A TCP connection to a server, in plain or inside TLS.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>
#include <memory>

#include "adapters/redis/options.hpp"
#include "base/result.hpp"

namespace gochat::redis {

// One read and one write may be under way at once. After close() what was under way ends with an
// error; the callers keep the stream alive until then.
class ByteStream {
 public:
  using Connected = std::move_only_function<void(boost::system::error_code)>;
  using Moved = std::move_only_function<void(boost::system::error_code, std::size_t)>;

  virtual ~ByteStream() = default;
  virtual void connect(const Address& address, Connected done) = 0;
  virtual void read_some(boost::asio::mutable_buffer into, Moved done) = 0;
  virtual void write(boost::asio::const_buffer from, Moved done) = 0;
  virtual void close() = 0;
};

// Makes the streams of one client: what TLS needs is read once.
class StreamSource {
 public:
  static Result<std::unique_ptr<StreamSource>> make(boost::asio::io_context& context,
                                                    const std::optional<TlsFiles>& tls);
  virtual ~StreamSource() = default;
  virtual std::unique_ptr<ByteStream> open() = 0;
};

}  // namespace gochat::redis
