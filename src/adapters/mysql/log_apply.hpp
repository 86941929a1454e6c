// Judges and applies the items of a batch, in memory, by the rules of domain/membership.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "adapters/mysql/log_scene.hpp"
#include "ports/conversation_log.hpp"
#include "ports/id_source.hpp"

namespace gochat::mysql {

struct Rules {
  IdSource& ids;
  std::uint32_t group_members_max;
  std::size_t groups_per_user_max;
};

// A refused item leaves the scene as it was.
LogAnswer apply(Scene& scene, const Rules& rules, const LogItem& item);

// Appends to the conversation's events at its present seq.
enum class Members : bool { unchanged, changed };
ConversationEvent happened(Scene& scene, Working& working, ConversationEvent event,
                           Members members);

LogAnswer create_group(Scene& scene, const Rules& rules, const Change& change,
                       const change::CreateGroup& create);
LogAnswer change_group(Scene& scene, const Rules& rules, const Change& change);

}  // namespace gochat::mysql
