#include "adapters/etcd/etcd_client.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "adapters/etcd/members.hpp"
#include "adapters/grpc/channel.hpp"
#include "base/log.hpp"
#include "etcd/rpc.pb.h"

namespace gochat::etcd {
namespace {

namespace pb = etcdserverpb;

// The first key behind all that begin so.
std::string behind(std::string begins) {
  while (!begins.empty() && static_cast<unsigned char>(begins.back()) == 0xff) begins.pop_back();
  if (!begins.empty()) ++begins.back();
  return begins.empty() ? std::string(1, '\0') : begins;
}

// Metadata and words of etcd's. A test holds the words.
constexpr const char* token_header = "token";
constexpr std::string_view asks_for_nobody = "authentication is not enabled";
constexpr std::array<std::string_view, 3> wants_a_token{"invalid auth token", "user name is empty",
                                                        "revision of auth store is old"};

bool says(const Error& error, std::string_view words) {
  return error.detail.find(words) != std::string::npos;
}

bool is_of_the_token(const Error& error) {
  return std::ranges::any_of(wants_a_token, [&](auto words) { return says(error, words); });
}

// Leases count in whole seconds.
std::int64_t whole_seconds(Duration time) {
  return std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(time).count());
}

}  // namespace

struct Client::State {
  Timers& timers;
  const ClientOptions options;
  std::vector<std::unique_ptr<rpc::Channel>> channels{};
  ClientCounts counts{};
  Members members;
  std::string token{};  // of the user; empty: not signed in
  bool nobody_asks = false;

  State(Timers& time, Dice dice, ClientOptions chosen)
      : timers{time}, options{std::move(chosen)}, members{time, std::move(dice), options, counts} {}
};

Client::Client(Timers& timers, Dice dice, ClientOptions options)
    : state_{std::make_unique<State>(timers, std::move(dice), std::move(options))} {
  for (const std::string& endpoint : state_->options.endpoints) {
    state_->channels.push_back(std::make_unique<rpc::Channel>(
        endpoint, rpc::ChannelOptions{.credentials = state_->options.credentials}));
  }
}

Client::~Client() = default;

const ClientCounts& Client::counts() const { return state_->counts; }
std::size_t Client::left_alone() const { return state_->members.left_alone(); }

std::string Client::full(const std::string& key) const {
  return state_->options.prefix + "/" + key;
}

Task<rpc::Answer> Client::ask(Asked asked) {
  rpc::Channel::Request request{.path = asked.path,
                                .bytes = std::move(asked.bytes),
                                .traceparent = {},
                                .timeout = asked.deadline - state_->timers.now()};
  if (request.timeout <= Duration::zero()) {
    co_return rpc::Answer{failed(ErrorCode::timeout, "no time was left")};
  }
  if (!state_->token.empty()) request.shown = {token_header, state_->token};
  co_return co_await asked.member->call(std::move(request));
}

// Signs in before the first call, and again when the token is not taken any more.
Task<rpc::Answer> Client::ask_as_known(Asked asked) {
  State& state = *state_;
  const bool nameless = state.options.user.empty();
  if (!nameless && state.token.empty() && !state.nobody_asks) {
    if (auto known = co_await sign_in(asked.member, asked.deadline); !known) {
      co_return rpc::Answer{known.error()};
    }
  }
  const std::string shown = state.token;
  auto answer = co_await ask(asked);
  if (nameless || answer.result || !is_of_the_token(answer.result.error())) co_return answer;
  // Another call may have signed in meanwhile.
  if (state.token == shown) {
    if (auto known = co_await sign_in(asked.member, asked.deadline); !known) {
      co_return rpc::Answer{known.error()};
    }
  }
  co_return co_await ask(std::move(asked));
}

Task<Result<void>> Client::sign_in(rpc::Channel* member, Deadline deadline) {
  State& state = *state_;
  state.token.clear();
  state.nobody_asks = false;
  pb::AuthenticateRequest request;
  request.set_name(state.options.user);
  request.set_password(state.options.password);
  const auto answer = co_await ask(
      {member, "/etcdserverpb.Auth/Authenticate", request.SerializeAsString(), deadline});
  if (!answer.result) {
    state.nobody_asks = says(answer.result.error(), asks_for_nobody);
    if (state.nobody_asks) co_return Result<void>{};
    co_return answer.result.error();
  }
  pb::AuthenticateResponse known;
  if (!known.ParseFromString(*answer.result)) {
    co_return failed(ErrorCode::internal, "etcd answered what is not its protocol");
  }
  state.token = known.token();
  co_return Result<void>{};
}

template <class Answer, class Request>
Task<Result<Answer>> Client::call(const char* path, Request request, Again again) {
  Members::Ask ask = [this, path, bytes = request.SerializeAsString()](std::size_t member,
                                                                       Duration timeout) {
    log::debug("etcd call", {{log::Field::method, path}});
    const Deadline deadline = state_->timers.now() + timeout;
    return ask_as_known({state_->channels[member].get(), path, bytes, deadline});
  };
  auto bytes = co_await state_->members.call(std::move(ask), again);
  if (!bytes) {
    Error error = std::move(bytes).error();
    error.code = ErrorCode::unavailable;
    error.detail = "etcd: " + error.detail;
    co_return error;
  }
  Answer answer;
  if (answer.ParseFromString(*bytes)) co_return answer;
  co_return failed(ErrorCode::internal, "etcd answered what is not its protocol");
}

Task<Result<std::vector<Entry>>> Client::list(std::string begins) {
  pb::RangeRequest request;
  request.set_key(full(begins));
  request.set_range_end(behind(full(begins)));
  auto answer =
      co_await call<pb::RangeResponse>("/etcdserverpb.KV/Range", std::move(request), Again::may);
  if (!answer) co_return std::move(answer).error();
  std::vector<Entry> entries;
  const std::size_t prefix = state_->options.prefix.size() + 1;
  for (const pb::KeyValue& kv : answer->kvs()) {
    entries.push_back(
        {kv.key().substr(prefix), kv.value(), kv.create_revision(), kv.mod_revision()});
  }
  co_return entries;
}

Task<Result<Entry>> Client::read(std::string key) {
  pb::RangeRequest request;
  request.set_key(full(key));
  auto answer =
      co_await call<pb::RangeResponse>("/etcdserverpb.KV/Range", std::move(request), Again::may);
  if (!answer) co_return std::move(answer).error();
  if (answer->kvs().empty()) co_return Entry{key, {}, 0, 0};
  const pb::KeyValue& kv = answer->kvs(0);
  co_return Entry{key, kv.value(), kv.create_revision(), kv.mod_revision()};
}

Task<Result<bool>> Client::write_if(std::string key, std::int64_t modified, std::string value,
                                    LeaseId lease) {
  pb::TxnRequest request;
  pb::Compare& same = *request.add_compare();
  same.set_key(full(key));
  same.set_target(pb::Compare::MOD);
  same.set_mod_revision(modified);
  pb::PutRequest& put = *request.add_success()->mutable_request_put();
  put.set_key(full(key));
  put.set_value(std::move(value));
  put.set_lease(lease);
  auto answer =
      co_await call<pb::TxnResponse>("/etcdserverpb.KV/Txn", std::move(request), Again::may);
  if (!answer) co_return std::move(answer).error();
  co_return answer->succeeded();
}

Task<Result<void>> Client::write(std::string key, std::string value, LeaseId lease) {
  pb::PutRequest request;
  request.set_key(full(key));
  request.set_value(std::move(value));
  request.set_lease(lease);
  auto answer =
      co_await call<pb::PutResponse>("/etcdserverpb.KV/Put", std::move(request), Again::may);
  if (!answer) co_return std::move(answer).error();
  co_return Result<void>{};
}

Task<Result<void>> Client::erase(std::string key) {
  pb::DeleteRangeRequest request;
  request.set_key(full(key));
  auto answer = co_await call<pb::DeleteRangeResponse>("/etcdserverpb.KV/DeleteRange",
                                                       std::move(request), Again::may);
  if (!answer) co_return std::move(answer).error();
  co_return Result<void>{};
}

Task<Result<LeaseId>> Client::grant(Duration time) {
  pb::LeaseGrantRequest request;
  request.set_ttl(whole_seconds(time));
  auto answer = co_await call<pb::LeaseGrantResponse>("/etcdserverpb.Lease/LeaseGrant",
                                                      std::move(request), Again::may);
  if (!answer) co_return std::move(answer).error();
  co_return answer->id();
}

// A stream of which one request and one answer are used.
Task<Result<bool>> Client::keep_alive(LeaseId lease) {
  pb::LeaseKeepAliveRequest request;
  request.set_id(lease);
  auto answer = co_await call<pb::LeaseKeepAliveResponse>("/etcdserverpb.Lease/LeaseKeepAlive",
                                                          std::move(request), Again::may);
  if (!answer) co_return std::move(answer).error();
  co_return answer->ttl() > 0;
}

Task<Result<void>> Client::revoke(LeaseId lease) {
  pb::LeaseRevokeRequest request;
  request.set_id(lease);
  auto answer = co_await call<pb::LeaseRevokeResponse>("/etcdserverpb.Lease/LeaseRevoke",
                                                       std::move(request), Again::never);
  if (!answer) co_return std::move(answer).error();
  co_return Result<void>{};
}

}  // namespace gochat::etcd
