// The suites of the ports that keep copies of what the database holds.
#pragma once

#include "contract/small_ports_contracts.hpp"
#include "ports/hot_messages.hpp"
#include "ports/seq_proposals.hpp"
#include "ports/set_cache.hpp"

namespace gochat::contract {

class SeqProposalsContract : public PortContract<SeqProposals> {
 protected:
  std::uint64_t propose(const std::string& conversation, std::uint64_t count);
  void correct(const std::string& conversation, std::uint64_t last);
};

class HotMessagesContract : public PortContract<HotMessages> {
 protected:
  // Messages of these seqs; each says its seq, and `word`.
  void put(std::vector<std::uint64_t> seqs, const std::string& word = "said");
  // The texts of a page, after that of the newest message.
  std::vector<std::string> below(std::uint64_t end, std::size_t limit);

  const ConversationId conversation_{"group_42"};
};

class SetCacheContract : public PortContract<SetCache> {
 protected:
  // The members in the order of their texts; "-" alone when there is no set.
  std::vector<std::string> members(const std::string& key);
  bool fill(const std::string& key, const std::vector<std::string>& texts, std::uint64_t version,
            Duration ttl = lasting);
  void invalidate(const std::string& key, std::uint64_t version, Duration floor_ttl = lasting) {
    get(port().invalidate(own(key), version, floor_ttl));
  }
};

}  // namespace gochat::contract
