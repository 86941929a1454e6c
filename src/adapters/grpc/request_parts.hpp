// What many requests of LogicService have.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "adapters/grpc/faults.hpp"
#include "adapters/grpc/logic_model.hpp"
#include "domain/limits.hpp"

namespace gochat::rpc {

template <class Request>
void set_caller(Request& out, const Caller& caller) {
  *out.mutable_caller() = to_proto(caller);
}

template <class Request>
Caller caller_of(const Request& in, Faults& faults) {
  return from_proto(in.caller(), faults);
}

template <class Request>
void set_place(Request& out, const Caller& caller, const ConversationId& conversation) {
  set_caller(out, caller);
  out.set_conversation_id(conversation.text());
}

template <class Request>
ConversationId place_of(const Request& in) {
  return ConversationId{in.conversation_id()};
}

template <class Request>
void set_limit(Request& out, std::size_t limit) {
  constexpr std::size_t max = std::numeric_limits<std::uint32_t>::max();
  out.set_limit(static_cast<std::uint32_t>(std::min(limit, max)));
}

template <class Request>
std::size_t limit_of(const Request& in) {
  return in.has_limit() ? in.limit() : limits::page_messages_default;
}

}  // namespace gochat::rpc
