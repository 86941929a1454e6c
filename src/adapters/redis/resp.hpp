// The bytes on the wire: commands out, replies in (RESP2).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/redis/reply.hpp"
#include "base/result.hpp"

struct redisReader;

namespace gochat::redis {

// A command is a list of words: its head, then each word.
void append_head(std::string& out, std::size_t words);
void append_word(std::string& out, std::string_view word);

// Cuts what a server sends into replies. After an error it is of no use any more.
class ReplyReader {
 public:
  explicit ReplyReader(std::size_t reply_bytes_max);
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  Result<void> feed(std::string_view bytes);
  // The next whole reply; none: more bytes are needed.
  Result<std::optional<Reply>> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::unique_ptr<redisReader, Free> reader_;
  const std::size_t reply_bytes_max_;
  std::size_t fed_ = 0;  // since the last whole reply
};

}  // namespace gochat::redis
