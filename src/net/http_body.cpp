#include "net/http_body.hpp"

#include <algorithm>
#include <charconv>

#include "base/assert.hpp"

namespace gochat::net {

namespace {

// A chunk's size with its extensions, or one trailer field; both are thrown away, so they need not
// be long.
constexpr std::size_t line_bytes_max = 256;
constexpr std::size_t trailer_bytes_max = 2048;
constexpr std::size_t size_digits_max = 8;
constexpr Refusal bad_chunk{400, "a chunk cannot be read"};

}  // namespace

BodyReader::BodyReader(BodyFraming framing, std::size_t bytes_max) : bytes_max_{bytes_max} {
  switch (framing.kind) {
    case BodyFraming::Kind::none:
      state_ = State::done;
      break;
    case BodyFraming::Kind::length:
      state_ = State::counted;
      break;
    case BodyFraming::Kind::chunked:
      state_ = State::chunk_size;
      break;
    case BodyFraming::Kind::until_close:
      state_ = State::until_close;
      break;
  }
  missing_ = framing.length;
}

BodyReader::Step BodyReader::feed(std::string_view bytes) {
  Step step;
  std::string_view rest = bytes;
  if (state_ == State::counted && missing_ > bytes_max_) {
    step.refusal = Refusal{413, "the body is too large"};
    return step;
  }
  while (state_ != State::done && !rest.empty() && !step.refusal) {
    if (state_ == State::counted || state_ == State::chunk) {
      feed_payload(rest);
    } else if (state_ == State::until_close) {
      body_ += rest;
      rest = {};
    } else if (feed_line(rest, step.refusal)) {
      step.refusal = take_line();
      line_.clear();
    }
    if (body_.size() > bytes_max_) step.refusal = Refusal{413, "the body is too large"};
  }
  step.consumed = bytes.size() - rest.size();
  step.done = state_ == State::done;
  return step;
}

void BodyReader::feed_payload(std::string_view& rest) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, rest.size()));
  body_ += rest.substr(0, size);
  rest.remove_prefix(size);
  missing_ -= size;
  if (missing_ > 0) return;
  state_ = state_ == State::counted ? State::done : State::chunk_end;
}

// True when a line is whole; it is in line_, without its end.
bool BodyReader::feed_line(std::string_view& rest, std::optional<Refusal>& refusal) {
  const std::size_t feed = rest.find('\n');
  const std::size_t size = std::min(feed, rest.size());
  if (line_.size() + size > line_bytes_max) {
    refusal = bad_chunk;
    return false;
  }
  line_ += rest.substr(0, size);
  rest.remove_prefix(std::min(size + 1, rest.size()));
  if (feed == std::string_view::npos) return false;
  if (line_.empty() || line_.back() != '\r') {
    refusal = bad_chunk;
    return false;
  }
  line_.pop_back();
  const bool clean = std::ranges::all_of(line_, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 || c == '\t') && byte != 0x7F;
  });
  if (!clean) refusal = bad_chunk;
  return clean;
}

std::optional<Refusal> BodyReader::take_line() {
  if (state_ == State::chunk_size) return take_chunk_size(line_);
  if (state_ == State::chunk_end) {
    if (!line_.empty()) return bad_chunk;
    state_ = State::chunk_size;
    return std::nullopt;
  }
  GOCHAT_ASSERT(state_ == State::trailer);
  if (line_.empty()) {
    state_ = State::done;
    return std::nullopt;
  }
  trailer_bytes_ += line_.size();
  const std::size_t colon = line_.find(':');
  const bool field = colon != std::string::npos && colon > 0 && line_.find_first_of(" \t") > colon;
  if (!field || trailer_bytes_ > trailer_bytes_max) return bad_chunk;
  return std::nullopt;
}

std::optional<Refusal> BodyReader::take_chunk_size(std::string_view line) {
  const std::size_t end = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
  if (end == 0 || end > size_digits_max) return bad_chunk;
  if (end < line.size() && line[end] != ';') return bad_chunk;
  std::from_chars(line.data(), line.data() + end, missing_, 16);
  state_ = missing_ == 0 ? State::trailer : State::chunk;
  if (missing_ + body_.size() > bytes_max_) return Refusal{413, "the body is too large"};
  return std::nullopt;
}

}  // namespace gochat::net
