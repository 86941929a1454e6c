#include "gateway/witness.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/span_recorder.hpp"
#include "gateway/http_router.hpp"
#include "protocol/close_code.hpp"

namespace gochat::gateway {

using log::Field;
using log::Level;
using protocol::CloseCode;

namespace {

// A peer may close with any number: only those of the table, and 1005 and 1006, are told apart.
std::string close_label(std::uint16_t code) {
  const auto known = std::ranges::find(protocol::close_rows, static_cast<CloseCode>(code),
                                       &protocol::CloseRow::code);
  const bool silent = code == 1005 || code == 1006;
  return known != protocol::close_rows.end() || silent ? std::to_string(code) : "other";
}

// Closed by this side for what the client did or was: worth a line by itself.
bool is_kick(std::uint16_t code) {
  return code >= 4000 || code == static_cast<std::uint16_t>(CloseCode::protocol_error) ||
         code == static_cast<std::uint16_t>(CloseCode::too_big) ||
         code == static_cast<std::uint16_t>(CloseCode::overload);
}

bool is_denial(int status) { return status == 401 || status == 403 || status == 429; }
bool is_denial(ErrorCode code) { return is_denial(error_row(code).http_status); }

std::string_view name_of(const Error& error) { return error_row(error.code).name; }

}  // namespace

trace::Context Witness::arrival(std::string_view traceparent) {
  const trace::Recorder* const recorder = trace::recorder();
  trace::Context context = trace::Context::of_traceparent(traceparent);
  const bool asked = context.sampled;
  const bool declined = context && !asked;
  context.sampled = false;
  if (!context) context.id = new_trace();
  if (!recorder || declined || !recorder->samples_any()) return context;
  context.sampled = (asked && asked_budget_.try_take(asked_traces_, timers_.now()).ok()) ||
                    recorder->samples(context.id);
  return context;
}

TraceId Witness::trace_of(const net::HttpRequest& request) {
  const auto brought = TraceId::of_traceparent(request.headers.get("traceparent"));
  return brought ? *brought : new_trace();
}

bool Witness::may_log() {
  if (budget_.try_take(lines_, timers_.now())) {
    if (unlogged_ > 0) {
      log::info("refusals were not logged one by one",
                {{Field::count, std::exchange(unlogged_, 0)}});
    }
    return true;
  }
  ++unlogged_;
  return false;
}

void Witness::answered(const Answered& it) {
  const std::string_view method = method_name(it.request.method);
  const Duration time = timers_.now() - it.since;
  counts_.http_requests.at({it.route, method, std::to_string(it.status)}).add();
  counts_.http_seconds.at({it.route, method}).observe(time);
  if (it.status == 429) counts_.rate_limited.at({"http"}).add();

  const bool failed = it.status >= 500;
  const bool denied = is_denial(it.status);
  const bool audited = it.audited && !it.error;
  const Level level = failed ? Level::warn : denied || audited ? Level::info : Level::debug;
  if (!log::enabled(level) || ((failed || denied) && !may_log())) return;
  const std::string trace = it.trace.text();
  const std::int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  // The words of a refusal may hold what the client sent; those of a failure are our own. A path of
  // an audited success holds ids and nothing else.
  log::write(level,
             failed   ? "request failed"
             : denied ? "request denied"
                      : "request",
             {{Field::trace_id, trace},
              {Field::method, method},
              {Field::route, it.route},
              {Field::status, it.status},
              {Field::ms, ms},
              {Field::code, it.error ? name_of(*it.error) : error_row(ErrorCode::ok).name},
              {Field::user_id, it.user.number()},
              {Field::address, it.request.remote_address},
              {Field::path, audited ? std::string_view{it.request.path} : ""},
              {Field::reason, failed && it.error ? std::string_view{it.error->detail} : ""}});
}

void Witness::page_answered(const net::HttpRequest& request, std::string_view route, int status) {
  counts_.http_requests.at({route, method_name(request.method), std::to_string(status)}).add();
}

void Witness::handshake_refused(const net::HttpRequest& request, const Error& error,
                                TraceId trace) {
  counts_.handshakes_refused.at({name_of(error)}).add();
  if (error.code == ErrorCode::rate_limited) counts_.rate_limited.at({"handshake"}).add();
  if (!may_log()) return;
  log::info("handshake refused", {{Field::trace_id, trace.text()},
                                  {Field::code, name_of(error)},
                                  {Field::address, request.remote_address}});
}

void Witness::socket_refused(const Error& error) {
  counts_.handshakes_refused.at({name_of(error)}).add();
  if (may_log()) log::info("a socket did not sign in", {{Field::code, name_of(error)}});
}

void Witness::signed_in(std::string_view way, const SignedIn& session, TraceId trace) {
  counts_.sign_ins.at({way, error_row(ErrorCode::ok).name}).add();
  log::info("signed in", {{Field::trace_id, trace.text()},
                          {Field::verb, way},
                          {Field::user_id, session.user.id.number()},
                          {Field::session_id, session.session.id.number()}});
}

void Witness::sign_in_refused(std::string_view way, const Error& error, TraceId trace,
                              std::string_view address) {
  counts_.sign_ins.at({way, name_of(error)}).add();
  if (error.code == ErrorCode::rate_limited) counts_.rate_limited.at({"sign-in"}).add();
  if (!may_log()) return;
  log::info("sign-in refused", {{Field::trace_id, trace.text()},
                                {Field::verb, way},
                                {Field::code, name_of(error)},
                                {Field::address, address}});
}

void Witness::opened(const Session& session) {
  counts_.sockets_opened.add();
  if (!log::enabled(Level::debug)) return;
  log::debug("socket opened", {{Field::trace_id, session.trace.text()},
                               {Field::user_id, session.caller.user.number()},
                               {Field::session_id, session.caller.session.number()},
                               {Field::connection_id, session.id.number()}});
}

void Witness::closed(const Session* session, std::uint16_t code) {
  counts_.sockets_closed.at({close_label(code)}).add();
  const Level level = is_kick(code) ? Level::info : Level::debug;
  if (!log::enabled(level) || (level != Level::debug && !may_log())) return;
  if (!session) return log::write(level, "socket closed unnamed", {{Field::close_code, code}});
  log::write(level, "socket closed",
             {{Field::trace_id, session->trace.text()},
              {Field::close_code, code},
              {Field::user_id, session->caller.user.number()},
              {Field::session_id, session->caller.session.number()},
              {Field::connection_id, session->id.number()}});
}

void Witness::frame_refused(const Error& error, const Session& session) {
  counts_.frames_refused.add();
  if (!log::enabled(Level::debug)) return;
  log::debug("frame refused", {{Field::trace_id, session.trace.text()},
                               {Field::code, name_of(error)},
                               {Field::connection_id, session.id.number()}});
}

void Witness::request_refused(std::string_view type, const Error& error, const Session& session) {
  const Level level = is_denial(error.code) ? Level::info : Level::debug;
  if (!log::enabled(level) || (level != Level::debug && !may_log())) return;
  log::write(level, "request refused",
             {{Field::trace_id, session.trace.text()},
              {Field::verb, type},
              {Field::code, name_of(error)},
              {Field::user_id, session.caller.user.number()},
              {Field::connection_id, session.id.number()}});
}

void Witness::send_accepted(UserId sender, const ConversationId& conversation, TraceId trace) {
  counts_.sends_accepted.add();
  if (!log::enabled(Level::debug)) return;
  log::debug("send accepted", {{Field::trace_id, trace.text()},
                               {Field::user_id, sender.number()},
                               {Field::conversation_id, conversation.text()}});
}

void Witness::send_refused(UserId sender, const Error& error, TraceId trace) {
  counts_.sends_refused.at({name_of(error)}).add();
  const bool limited = error.code == ErrorCode::rate_limited;
  if (limited) counts_.rate_limited.at({"send"}).add();
  const Level level = limited ? Level::info : Level::debug;
  if (!log::enabled(level) || (limited && !may_log())) return;
  log::write(level, "send refused",
             {{Field::trace_id, trace.text()},
              {Field::code, name_of(error)},
              {Field::user_id, sender.number()}});
}

void Witness::receipt(const protocol::Receipt& receipt, const Session* session, TraceId trace) {
  if (receipt.code != ErrorCode::ok) {
    counts_.sends_refused.at({error_row(receipt.code).name}).add();
  } else if (receipt.duplicate) {
    counts_.sends_repeated.add();
  } else {
    counts_.sends_stored.add();
    counts_.send_stored_seconds.observe(timers_.now().time_since_epoch() -
                                        std::chrono::nanoseconds{receipt.taken_ns});
  }
  // Whoever waits over HTTP is answered by a request, and that has its line.
  const bool denied = session && is_denial(receipt.code);
  const Level level = denied ? Level::info : Level::debug;
  if (!log::enabled(level) || (denied && !may_log())) return;
  log::write(level, denied ? "send denied" : "receipt",
             {{Field::trace_id, trace.text()},
              {Field::code, error_row(receipt.code).name},
              {Field::user_id, session ? session->caller.user.number() : 0},
              {Field::conversation_id, receipt.conversation.text()},
              {Field::message_id, receipt.message_id.number()},
              {Field::seq, static_cast<std::int64_t>(receipt.seq.number())},
              {Field::connection_id, receipt.connection.number()}});
}

void Witness::delivered(const protocol::DownstreamRecord& record, TraceId trace) {
  if (!log::enabled(Level::debug)) return;
  const auto* push = std::get_if<protocol::MessagePush>(&record.push);
  if (!push) return;
  log::debug("delivered", {{Field::trace_id, trace.text()},
                           {Field::conversation_id, record.conversation.text()},
                           {Field::message_id, push->message.id.number()},
                           {Field::seq, static_cast<std::int64_t>(push->message.seq.number())},
                           {Field::count, static_cast<std::int64_t>(record.recipients.size())}});
}

}  // namespace gochat::gateway
