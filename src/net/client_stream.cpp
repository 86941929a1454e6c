#include "net/client_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/trace_context.hpp"
#include "net/local_path.hpp"

namespace gochat::net {

namespace {

constexpr auto awaited = boost::asio::as_tuple(boost::asio::use_awaitable);

Error error_of(const boost::system::error_code& error, bool cut) {
  if (cut) return failed(ErrorCode::timeout, "the peer did not answer in time");
  return failed(ErrorCode::unavailable, error.message());
}

// Not in the coroutine: its frame would hold the array while it waits.
Result<std::size_t> read_now(ClientStream::Stream& socket, PaddedBuffer& into) {
  char bytes[64 * 1024];
  boost::system::error_code error;
  const std::size_t size = socket.read_some(boost::asio::buffer(bytes), error);
  if (error == boost::asio::error::eof) return std::size_t{0};
  if (error) return error_of(error, false);
  into.append({bytes, size});
  return size;
}

}  // namespace

ClientStream::ClientStream(boost::asio::io_context& loop, Timers& timers)
    : socket_{loop}, timers_{timers} {}

Timer ClientStream::cut_at(Deadline deadline, bool& cut) {
  return timers_.at(deadline, [this, &cut] {
    cut = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  });
}

Task<Result<void>> ClientStream::connect(std::string host, std::uint16_t port, Deadline deadline) {
  using boost::asio::ip::tcp;
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(host, not_an_address);
  std::vector<tcp::endpoint> endpoints{{address, port}};
  if (not_an_address) {
    tcp::resolver resolver{socket_.get_executor()};
    const trace::Kept kept;
    auto [error, found] = co_await resolver.async_resolve(host, std::to_string(port), awaited);
    if (error) co_return error_of(error, false);
    endpoints.clear();
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  const trace::Kept kept;
  bool cut = false;
  const Timer timer = cut_at(deadline, cut);
  boost::system::error_code failure = boost::asio::error::host_not_found;
  for (const auto& endpoint : endpoints) {
    boost::system::error_code ignored;
    socket_.close(ignored);
    auto [error] = co_await socket_.async_connect(endpoint, awaited);
    failure = error;
    if (!error || cut) break;
  }
  if (failure || cut) co_return error_of(failure, cut);
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay{true}, ignored);
  socket_.non_blocking(true, ignored);
  co_return Result<void>{};
}

Task<Result<void>> ClientStream::connect_local(std::string path, Deadline deadline) {
  const auto place = LocalPath::of(path);
  if (!place) co_return place.error();
  const trace::Kept kept;
  bool cut = false;
  const Timer timer = cut_at(deadline, cut);
  const Stream::endpoint_type endpoint{&place->address(), sizeof(sockaddr_un)};
  auto [error] = co_await socket_.async_connect(endpoint, awaited);
  if (error || cut) co_return error_of(error, cut);
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  co_return Result<void>{};
}

Task<Result<void>> ClientStream::write(std::string bytes, Deadline deadline) {
  const trace::Kept kept;
  bool cut = false;
  const Timer timer = cut_at(deadline, cut);
  auto [error, size] =
      co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes), awaited);
  if (error) co_return error_of(error, cut);
  co_return Result<void>{};
}

Task<Result<std::size_t>> ClientStream::read(PaddedBuffer& into, Deadline deadline) {
  const trace::Kept kept;
  bool cut = false;
  const Timer timer = cut_at(deadline, cut);
  auto [error] = co_await socket_.async_wait(boost::asio::socket_base::wait_read, awaited);
  if (error) co_return error_of(error, cut);
  co_return read_now(socket_, into);
}

void ClientStream::end_writing() {
  boost::system::error_code ignored;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
}

void ClientStream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace gochat::net
