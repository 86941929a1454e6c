#include "adapters/redis/connection.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace gochat::redis {

Connection::Connection(const Ground& ground, Address address, Identity identity, Events events)
    : ground_{ground},
      address_{std::move(address)},
      identity_{std::move(identity)},
      events_{std::move(events)},
      stream_{ground.streams.open()},
      reader_{ground.limits.reply_bytes_max} {}

Error Connection::trouble(const std::string& what) const {
  return failed(ErrorCode::unavailable, "Redis at " + address_.text() + ": " + what);
}

void Connection::start() {
  last_read_ = ground_.timers.now();
  greeted_by_ = last_read_ + ground_.limits.connect_time_max;
  greet();
  stream_->connect(address_, [self = shared_from_this()](boost::system::error_code error) {
    self->connected(error);
  });
}

// The greeting goes first and is answered first, so what others send meanwhile waits in order.
void Connection::greet() {
  const Credentials& who = identity_.credentials;
  if (!who.password.empty()) {
    std::vector<std::string> words{"AUTH"};
    if (!who.user.empty()) words.push_back(who.user);
    words.push_back(who.password);
    greet_with(std::move(words), "the credentials are refused");
  }
  if (identity_.database != 0) {
    greet_with({"SELECT", std::to_string(identity_.database)}, "the database is refused");
  }
  if (identity_.of_a_master) greet_with({"ROLE"}, "it does not say its role");
  greet_with({"PING"}, "it does not serve");
}

void Connection::greet_with(std::vector<std::string> words, const char* refusal) {
  append_head(greeting_, words.size());
  for (const std::string& word : words) append_word(greeting_, word);
  const bool last = words.front() == "PING";
  const bool role = words.front() == "ROLE";
  auto answered = [this, refusal, last, role](Result<Reply> reply) {
    if (!reply || closed()) return;  // closed, and that was told
    if (reply->is(Reply::Kind::error)) {
      return close(trouble(std::string{refusal} + ": " + std::string{reply->complaint()}));
    }
    if (role && (reply->items.empty() || reply->items.front().text != "master")) {
      return close(trouble("it is not the master"));
    }
    if (last) become_ready();
  };
  expect(greeted_by_, std::move(answered));
}

void Connection::connected(boost::system::error_code error) {
  if (closed()) return;
  if (error) return close(trouble("cannot be reached: " + error.message()));
  writing_ = std::move(greeting_);
  stream_->write(boost::asio::buffer(writing_),
                 [self = shared_from_this()](boost::system::error_code failed, std::size_t) {
                   if (self->closed()) return;
                   if (failed) return self->close(self->trouble(failed.message()));
                   self->writing_.clear();
                   if (self->ready()) self->flush();
                 });
  read();
}

void Connection::become_ready() {
  state_ = State::ready;
  ground_.counts.connects.add();
  flush_soon();
  if (events_.ready) events_.ready();
}

void Connection::expect(Deadline deadline, Done done) {
  in_flight_.push_back({deadline, ground_.timers.now(), std::move(done)});
  watch(deadline);
}

void Connection::send(const Command& command, bool with_source, Deadline deadline, Done done) {
  if (closed()) return done(trouble("the connection is closed"));
  if (in_flight_.size() >= ground_.limits.in_flight_max) {
    return done(trouble("too many commands wait for their replies"));
  }
  append(queued_, command, with_source);
  expect(deadline, std::move(done));
  flush_soon();
}

void Connection::send_asking(const Command& command, bool with_source, Deadline deadline,
                             Done done) {
  static const Command asking{.name = "ASKING", .key = {}, .words = {}};
  if (!closed() && in_flight_.size() + 1 < ground_.limits.in_flight_max) {
    append(queued_, asking, false);
    expect(deadline, [](const Result<Reply>&) {});
  }
  send(command, with_source, deadline, std::move(done));
}

void Connection::flush_soon() {
  if (!ready() || flush_posted_ || !writing_.empty() || queued_.empty()) return;
  flush_posted_ = true;
  boost::asio::post(ground_.context, [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void Connection::flush() {
  if (!ready() || !writing_.empty() || queued_.empty()) return;
  std::swap(writing_, queued_);
  stream_->write(boost::asio::buffer(writing_),
                 [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                   if (self->closed()) return;
                   if (error) return self->close(self->trouble(error.message()));
                   self->writing_.clear();
                   self->flush();
                 });
}

void Connection::read() {
  stream_->read_some(boost::asio::buffer(read_buffer_),
                     [self = shared_from_this()](boost::system::error_code error, std::size_t n) {
                       if (self->closed()) return;
                       if (error) return self->close(self->trouble(error.message()));
                       self->take({self->read_buffer_.data(), n});
                       if (!self->closed()) self->read();
                     });
}

void Connection::take(std::string_view bytes) {
  last_read_ = ground_.timers.now();
  auto fed = reader_.feed(bytes);
  if (!fed) return close(trouble(fed.error().detail));
  while (!closed()) {
    auto reply = reader_.next();
    if (!reply) return close(trouble(reply.error().detail));
    if (!*reply) return;
    answer(std::move(**reply));
  }
}

void Connection::answer(Reply reply) {
  if (in_flight_.empty()) {
    if (events_.pushed) return events_.pushed(std::move(reply));
    return close(trouble("it answers what nobody asked"));
  }
  Done done = std::move(in_flight_.front().done);
  in_flight_.pop_front();
  if (done) done(std::move(reply));
}

void Connection::watch(MonoTime when) {
  if (when >= looks_at_) return;
  looks_at_ = when;
  look_timer_ = ground_.timers.at(when, [this] { look(); });
}

// Tells the commands whose time is over, and gives a server up that owes replies and is silent.
void Connection::look() {
  const auto self = shared_from_this();
  const MonoTime now = ground_.timers.now();
  looks_at_ = MonoTime::max();
  MonoTime next = MonoTime::max();
  std::vector<Done> late;
  for (Waiting& waiting : in_flight_) {
    if (!waiting.done) continue;
    if (waiting.deadline <= now) {
      late.push_back(std::exchange(waiting.done, {}));
    } else {
      next = std::min(next, waiting.deadline);
    }
  }
  ground_.counts.timeouts.add(late.size());
  if (state_ == State::connecting && greeted_by_ <= now) {
    close(trouble("it does not answer"));
  } else if (!in_flight_.empty()) {
    const MonoTime silent_at =
        std::max(in_flight_.front().sent, last_read_) + ground_.limits.silence_max;
    if (silent_at <= now) close(trouble("it has stopped answering"));
    next = std::min(next, silent_at);
  }
  for (Done& done : late) done(trouble("no answer in time"));
  if (!closed() && next != MonoTime::max()) watch(next);
}

void Connection::close(const Error& why) {
  if (closed()) return;
  const auto self = shared_from_this();
  state_ = State::closed;
  ground_.counts.disconnects.add();
  look_timer_.cancel();
  stream_->close();
  auto unanswered = std::exchange(in_flight_, {});
  Events events = std::exchange(events_, {});
  if (events.closed) events.closed(why);
  for (Waiting& waiting : unanswered) {
    if (waiting.done) waiting.done(why);
  }
}

}  // namespace gochat::redis
