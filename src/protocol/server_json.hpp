// The JSON of things that both frames and HTTP answers show: one shape, written in one place.
#pragma once

#include "protocol/json_writer.hpp"
#include "protocol/server_frame.hpp"

namespace gochat::protocol {

void write_message(JsonWriter& json, const MessageView& message);
// As an object with its id, and as bare members of an object that is open already; in both only
// what the view holds.
void write_conversation(JsonWriter& json, const ConversationView& conversation);
void write_conversation_members(JsonWriter& json, const ConversationView& conversation);
void write_event(JsonWriter& json, const ConversationEvent& event);

}  // namespace gochat::protocol
