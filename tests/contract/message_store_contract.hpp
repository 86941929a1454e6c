// Pages of a conversation, and single messages.
#pragma once

#include "contract/conversation_log_contract.hpp"

namespace gochat::contract {

class MessageStoreContract : public ConversationLogContract {
 protected:
  void prepare() override {
    sender_ = person();
    chat_ = single(sender_, person());
  }
  MessagePage after(std::uint64_t seq, std::size_t limit, std::size_t bytes_max = 1 << 20) {
    PageQuery query;
    query.conversation = chat_;
    query.after = Seq{seq};
    query.limit = limit;
    query.bytes_max = bytes_max;
    return page(query);
  }
  MessagePage before(std::uint64_t seq, std::size_t limit, std::size_t bytes_max = 1 << 20) {
    PageQuery query;
    query.conversation = chat_;
    query.before = Seq{seq};
    query.limit = limit;
    query.bytes_max = bytes_max;
    return page(query);
  }

  UserId sender_;
  ConversationId chat_;
};

}  // namespace gochat::contract
