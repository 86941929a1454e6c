// The server's side of TLS on one connection: encrypted bytes of a socket on one side, plain ones
// on the other. It never waits, and between two calls it owns a buffer only while a record is half
// read or the socket does not take what was written.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "net/io_step.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace gochat::net {

// Certificate, key and rules that connections share; null: no TLS.
using TlsContext = std::shared_ptr<ssl_ctx_st>;

class TlsSession {
 public:
  // `read` needs that much room, so that nothing that was decrypted stays behind.
  static constexpr std::size_t read_room_min = std::size_t{64} * 1024;
  // Bytes of TLS's own that a peer makes us send without reading them; more ends the connection.
  static constexpr std::size_t answers_bytes_max = std::size_t{64} * 1024;

  // Null: no memory.
  static std::unique_ptr<TlsSession> accept(const TlsContext& context);
  explicit TlsSession(ssl_st* ssl);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Goes on with the handshake, or reads.
  IoStep read(int descriptor, std::span<char> into);
  // What is taken is encrypted and on its way, at most two records of it in unsent().
  IoStep write(int descriptor, std::span<const iovec> pieces);
  // False: once more, when the socket is writable.
  bool say_end(int descriptor);

  bool established() const { return established_; }
  bool unsent() const { return !unsent_.empty(); }
  // The peer has said that it sends no more.
  bool ended() const { return ended_; }

 private:
  struct Bio;

  IoStep decrypt(std::span<char> into);
  IoStep::Outcome flush(int descriptor);

  ssl_st* ssl_;
  std::span<const char> input_;  // what has been received and not been decrypted, during a read
  std::string unsent_;
  bool heard_ = false;
  bool established_ = false;
  bool ended_ = false;
  bool end_said_ = false;
};

}  // namespace gochat::net
