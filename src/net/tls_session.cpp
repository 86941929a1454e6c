#include "net/tls_session.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.hpp"

namespace gochat::net {

namespace {

using Outcome = IoStep::Outcome;

constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;
constexpr std::size_t written_bytes_max = 2 * record_bytes_max;
// With a record that was half there before, it decrypts to no more than read_room_min.
constexpr std::size_t received_bytes_max =
    TlsSession::read_room_min - SSL3_RT_MAX_ENCRYPTED_LENGTH - SSL3_RT_HEADER_LENGTH;
constexpr char handshake_record = 0x16;

// What calls need while they run. One of each thread, so that connections need none.
struct Scratch {
  std::string output;  // encrypted and not sent yet
  std::unique_ptr<char[]> received = std::make_unique<char[]>(received_bytes_max);
  std::unique_ptr<char[]> record = std::make_unique<char[]>(record_bytes_max);
};

Scratch& scratch() {
  thread_local Scratch mine;
  return mine;
}

// Pieces in portions of one record: many small frames become one.
class Portions {
 public:
  explicit Portions(std::span<const iovec> pieces) : pieces_{pieces} {}

  std::span<const char> next(std::size_t most) {
    most = std::min(most, record_bytes_max);
    if (pieces_.empty()) return {};
    if (rest_of_first() >= most) return take(most);
    char* const begin = scratch().record.get();
    std::size_t size = 0;
    while (size < most && !pieces_.empty()) {
      const auto part = take(std::min(most - size, rest_of_first()));
      std::memcpy(begin + size, part.data(), part.size());
      size += part.size();
    }
    return {begin, size};
  }

 private:
  std::size_t rest_of_first() const { return pieces_.front().iov_len - offset_; }

  std::span<const char> take(std::size_t size) {
    const char* const from = static_cast<const char*>(pieces_.front().iov_base) + offset_;
    offset_ += size;
    if (offset_ == pieces_.front().iov_len) {
      pieces_ = pieces_.subspan(1);
      offset_ = 0;
    }
    return {from, size};
  }

  std::span<const iovec> pieces_;
  std::size_t offset_ = 0;
};

}  // namespace

// OpenSSL's way to our bytes: it reads what a call has received and writes into the thread's
// output.
struct TlsSession::Bio {
  static int read(BIO* bio, char* into, std::size_t room, std::size_t* taken) {
    auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (session.input_.empty()) {
      BIO_set_retry_read(bio);
      return 0;
    }
    *taken = std::min(room, session.input_.size());
    std::memcpy(into, session.input_.data(), *taken);
    session.input_ = session.input_.subspan(*taken);
    return 1;
  }

  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* taken) {
    BIO_clear_retry_flags(bio);
    scratch().output.append(from, size);
    *taken = size;
    return 1;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* method() {
    static const BIO_METHOD* const made = [] {
      BIO_METHOD* method =
          BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "a call's bytes");
      GOCHAT_ASSERT(method);
      BIO_meth_set_read_ex(method, read);
      BIO_meth_set_write_ex(method, write);
      BIO_meth_set_ctrl(method, control);
      return method;
    }();
    return made;
  }
};

std::unique_ptr<TlsSession> TlsSession::accept(const TlsContext& context) {
  ssl_st* const ssl = SSL_new(context.get());
  BIO* const bio = ssl ? BIO_new(Bio::method()) : nullptr;
  if (!bio) {
    SSL_free(ssl);
    return nullptr;
  }
  auto session = std::make_unique<TlsSession>(ssl);
  BIO_set_data(bio, session.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_accept_state(ssl);
  return session;
}

TlsSession::TlsSession(ssl_st* ssl) : ssl_{ssl} {}

TlsSession::~TlsSession() { SSL_free(ssl_); }

IoStep TlsSession::read(int descriptor, std::span<char> into) {
  GOCHAT_ASSERT(into.size() >= read_room_min);
  if (ended_) return {Outcome::ended};
  char* const received = scratch().received.get();
  const IoStep step = receive_some(descriptor, {received, received_bytes_max});
  if (step.outcome != Outcome::moved) return step;
  if (!std::exchange(heard_, true) && received[0] != handshake_record) {
    const bool request = received[0] >= 'A' && received[0] <= 'Z';
    return {request ? Outcome::not_tls : Outcome::failed};
  }
  input_ = {received, step.bytes};
  const IoStep decrypted = decrypt(into);
  input_ = {};
  // What the peer is to hear of it, an alert too.
  const Outcome flushed = flush(descriptor);
  if (flushed == Outcome::failed || unsent_.size() > answers_bytes_max) return {Outcome::failed};
  return decrypted;
}

IoStep TlsSession::decrypt(std::span<char> into) {
  std::size_t size = 0;
  while (size < into.size()) {
    std::size_t part = 0;
    ERR_clear_error();
    const int outcome = SSL_read_ex(ssl_, into.data() + size, into.size() - size, &part);
    if (outcome != 1) {
      const int error = SSL_get_error(ssl_, outcome);
      if (error == SSL_ERROR_ZERO_RETURN) ended_ = true;
      if (error != SSL_ERROR_ZERO_RETURN && error != SSL_ERROR_WANT_READ) return {Outcome::failed};
      break;
    }
    size += part;
  }
  GOCHAT_ASSERT(input_.empty() || ended_);
  established_ = established_ || SSL_is_init_finished(ssl_) == 1;
  if (size > 0) return {Outcome::moved, size};
  return {ended_ ? Outcome::ended : Outcome::would_block};
}

IoStep TlsSession::write(int descriptor, std::span<const iovec> pieces) {
  if (!unsent_.empty()) {
    const Outcome flushed = flush(descriptor);
    if (flushed != Outcome::moved) return {flushed};
  }
  Portions portions{pieces};
  std::size_t taken = 0;
  while (taken < written_bytes_max) {
    const auto portion = portions.next(written_bytes_max - taken);
    if (portion.empty()) break;
    std::size_t size = 0;
    ERR_clear_error();
    if (SSL_write_ex(ssl_, portion.data(), portion.size(), &size) != 1) return {Outcome::failed};
    GOCHAT_ASSERT(size == portion.size());
    taken += size;
  }
  if (flush(descriptor) == Outcome::failed) return {Outcome::failed};
  return {Outcome::moved, taken};
}

bool TlsSession::say_end(int descriptor) {
  if (established_ && !std::exchange(end_said_, true)) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
  }
  return flush(descriptor) != Outcome::would_block;
}

// Moved: all of it is out.
IoStep::Outcome TlsSession::flush(int descriptor) {
  std::string& output = scratch().output;
  if (!unsent_.empty()) unsent_ += std::exchange(output, {});
  std::string& waiting = unsent_.empty() ? output : unsent_;
  std::size_t sent = 0;
  Outcome outcome = Outcome::moved;
  while (sent < waiting.size() && outcome == Outcome::moved) {
    const iovec piece{waiting.data() + sent, waiting.size() - sent};
    const IoStep step = send_some(descriptor, {&piece, 1});
    outcome = step.outcome;
    sent += step.bytes;
  }
  if (sent == waiting.size()) {
    std::string{}.swap(unsent_);
  } else if (&waiting == &output) {
    unsent_ = output.substr(sent);
  } else {
    unsent_.erase(0, sent);
  }
  output.clear();
  return outcome;
}

}  // namespace gochat::net
