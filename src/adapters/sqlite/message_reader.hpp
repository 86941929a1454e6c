// MessageStore over memory and tables.
#pragma once

#include "adapters/sqlite/dedup_tables.hpp"
#include "adapters/sqlite/reader_pool.hpp"
#include "adapters/sqlite/recent.hpp"
#include "domain/siphash.hpp"
#include "ports/message_store.hpp"

namespace gochat::sqlite {

class SqliteMessageStore final : public MessageStore {
 public:
  SqliteMessageStore(const Recent& recent, const DedupTables& dedup, ReaderPool& readers,
                     SipKey sip_key)
      : recent_{recent}, dedup_{dedup}, readers_{readers}, sip_key_{sip_key} {}

  Task<Result<MessagePage>> page(PageQuery query) override;
  Task<Result<Message>> find(MessageId id) override;
  Task<Result<std::optional<Message>>> find_sent(UserId sender, std::string client_msg_id) override;
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation, EventNo after,
                                                      std::size_t limit) override;

 private:
  const Recent& recent_;
  const DedupTables& dedup_;
  ReaderPool& readers_;
  const SipKey sip_key_;
};

}  // namespace gochat::sqlite
