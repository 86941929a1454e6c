// Changes of single conversations, of what was said, and of how far people have read.
#pragma once

#include "adapters/sqlite/group_changes.hpp"

namespace gochat::sqlite {

ChangeAnswer open_single(Batch& batch, const Change& change, const change::OpenSingle& open);
ChangeAnswer recall(Batch& batch, const Change& change, const change::Recall& recall);
ChangeAnswer advance_read(Batch& batch, const Change& change, const change::AdvanceRead& advance);
ChangeAnswer acknowledge(Batch& batch, const Change& change, const change::Acknowledge& ack);
ChangeAnswer edit_settings(Batch& batch, const Change& change, const change::EditSettings& edit);

// Whichever change it is.
ChangeAnswer apply_change(Batch& batch, const Change& change);

}  // namespace gochat::sqlite
