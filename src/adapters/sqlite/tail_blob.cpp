#include "adapters/sqlite/tail_blob.hpp"

#include <cstdint>
#include <cstring>

namespace gochat::sqlite {
namespace {

template <class T>
void put(std::string& out, T number) {
  for (std::size_t n = 0; n < sizeof number; ++n) {
    out.push_back(static_cast<char>((number >> (8 * n)) & 0xff));
  }
}

// Lengths take two bytes: ids have at most 64.
void put_text(std::string& out, const std::string& text) {
  put(out, static_cast<std::uint16_t>(text.size()));
  out += text;
}

class Cursor {
 public:
  explicit Cursor(Blob bytes) : left_{bytes} {}

  template <class T>
  T number() {
    T value = 0;
    if (!enough(sizeof value)) return value;
    for (std::size_t n = 0; n < sizeof value; ++n) {
      value = static_cast<T>(value | (static_cast<T>(left_[n]) << (8 * n)));
    }
    left_ = left_.subspan(sizeof value);
    return value;
  }
  std::string text() {
    const auto size = number<std::uint16_t>();
    if (!enough(size)) return {};
    std::string value(size, '\0');
    std::memcpy(value.data(), left_.data(), size);
    left_ = left_.subspan(size);
    return value;
  }
  bool good() const { return good_; }
  bool ended() const { return left_.empty(); }

 private:
  bool enough(std::size_t bytes) { return good_ = good_ && left_.size() >= bytes; }

  Blob left_;
  bool good_ = true;
};

}  // namespace

std::string encode_tail(const SessionTail& tail) {
  std::string out;
  put(out, static_cast<std::uint32_t>(tail.got.size()));
  for (const auto& [conversation, seq] : tail.got) {
    put_text(out, conversation.text());
    put(out, seq.number());
  }
  put(out, static_cast<std::uint32_t>(tail.unanswered.size()));
  for (const std::string& id : tail.unanswered) put_text(out, id);
  return out;
}

Result<void> decode_tail(Blob bytes, SessionTail& tail) {
  Cursor cursor{bytes};
  for (auto left = cursor.number<std::uint32_t>(); left > 0 && cursor.good(); --left) {
    ConversationId conversation{cursor.text()};
    tail.got.emplace_back(std::move(conversation), Seq{cursor.number<std::uint64_t>()});
  }
  for (auto left = cursor.number<std::uint32_t>(); left > 0 && cursor.good(); --left) {
    tail.unanswered.push_back(cursor.text());
  }
  if (!cursor.good() || !cursor.ended()) {
    return failed(ErrorCode::internal, "a row of session_tails has another shape");
  }
  return {};
}

}  // namespace gochat::sqlite
