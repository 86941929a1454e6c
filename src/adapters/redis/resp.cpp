#include "adapters/redis/resp.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <iterator>
#include <span>

namespace gochat::redis {
namespace {

Reply taken(const redisReply& from) {
  Reply reply;
  switch (from.type) {
    case REDIS_REPLY_STRING:
      reply.kind = Reply::Kind::text;
      break;
    case REDIS_REPLY_STATUS:
      reply.kind = Reply::Kind::status;
      break;
    case REDIS_REPLY_ERROR:
      reply.kind = Reply::Kind::error;
      break;
    case REDIS_REPLY_INTEGER:
      reply.kind = Reply::Kind::number;
      break;
    case REDIS_REPLY_ARRAY:
      reply.kind = Reply::Kind::list;
      break;
    default:
      return reply;
  }
  if (reply.is(Reply::Kind::number)) {
    reply.number = from.integer;
  } else if (reply.is(Reply::Kind::list)) {
    reply.items.reserve(from.elements);
    for (const redisReply* item : std::span{from.element, from.elements}) {
      reply.items.push_back(taken(*item));
    }
  } else {
    reply.text.assign(from.str, from.len);
  }
  return reply;
}

}  // namespace

void append_head(std::string& out, std::size_t words) {
  fmt::format_to(std::back_inserter(out), "*{}\r\n", words);
}

void append_word(std::string& out, std::string_view word) {
  fmt::format_to(std::back_inserter(out), "${}\r\n", word.size());
  out.append(word).append("\r\n");
}

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader(std::size_t reply_bytes_max)
    : reader_{redisReaderCreate()}, reply_bytes_max_{reply_bytes_max} {
  GOCHAT_ASSERT(reader_ != nullptr);
}

ReplyReader::~ReplyReader() = default;

Result<void> ReplyReader::feed(std::string_view bytes) {
  fed_ += bytes.size();
  if (fed_ > reply_bytes_max_) {
    return failed(ErrorCode::unavailable, "a reply of Redis is longer than allowed");
  }
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) {
    return failed(ErrorCode::unavailable, reader_->errstr);
  }
  return {};
}

Result<std::optional<Reply>> ReplyReader::next() {
  void* object = nullptr;
  if (redisReaderGetReply(reader_.get(), &object) != REDIS_OK) {
    return failed(ErrorCode::unavailable,
                  std::string{"what Redis sent is no reply: "} + reader_->errstr);
  }
  if (object == nullptr) return std::optional<Reply>{};
  const std::unique_ptr<void, void (*)(void*)> owned{object, freeReplyObject};
  fed_ = 0;
  return std::optional{taken(*static_cast<const redisReply*>(object))};
}

}  // namespace gochat::redis
