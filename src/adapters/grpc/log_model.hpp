// The messages of proto/gochat/v1/log.proto and what they stand for.
#pragma once

#include <vector>

#include "adapters/grpc/faults.hpp"
#include "gochat/v1/log.pb.h"
#include "ports/conversation_log.hpp"

namespace gochat::rpc {

v1::LogBatch to_proto(const LogBatch& batch);
v1::LogItem to_proto(const LogItem& item);
v1::EditGroup to_proto(const change::EditGroup& edit);
v1::EditSettings to_proto(const change::EditSettings& edit);
v1::Refusal to_proto(const Error& error);
v1::LogAnswer to_proto(const LogAnswer& answer);
v1::Stored to_proto(const Stored& stored);
v1::Changed to_proto(const Changed& changed);

LogBatch from_proto(const v1::LogBatch& in, Faults& faults);
LogItem from_proto(const v1::LogItem& in, Faults& faults);
Error from_proto(const v1::Refusal& in, Faults& faults);
Stored from_proto(const v1::Stored& in, Faults& faults);
Changed from_proto(const v1::Changed& in, Faults& faults);
LogAnswer from_proto(const v1::LogAnswer& in, Faults& faults);

change::CreateGroup from_proto(const v1::NewGroup& in, Faults& faults);
change::AddMembers from_proto(const v1::AddMembers& in, Faults& faults);
change::RemoveMember from_proto(const v1::RemoveMember& in, Faults& faults);
change::SetRole from_proto(const v1::SetRole& in, Faults& faults);
change::AdvanceRead from_proto(const v1::AdvanceRead& in, Faults& faults);
change::EditGroup from_proto(const v1::EditGroup& in, Faults& faults);
change::EditSettings from_proto(const v1::EditSettings& in, Faults& faults);

}  // namespace gochat::rpc
