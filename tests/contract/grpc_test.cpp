// What the repo role serves by gRPC passes the suites of the stores behind it: a RepoApi on a
// channel, a server on loopback, the repositories, and the embedded store.
#include <gtest/gtest.h>

#include "adapters/grpc/repo_client.hpp"
#include "adapters/grpc/repo_methods.hpp"
#include "adapters/grpc/server.hpp"
#include "adapters/memory/memory_inboxes.hpp"
#include "adapters/memory/memory_session_registry.hpp"
#include "contract/conversation_store_contract.hpp"
#include "contract/message_store_contract.hpp"
#include "contract/people_contracts.hpp"
#include "contract/small_ports_contracts.hpp"
#include "contract/sqlite_stores.hpp"
#include "repo/repo.hpp"

namespace gochat::contract {
namespace {

class NoHasher final : public PasswordHasher {
 public:
  Task<Result<std::string>> hash(std::string password) override { co_return "hash " + password; }
  Task<Result<bool>> verify(std::string password, std::string stored) override {
    co_return stored == "hash " + password;
  }
};

class CountedIds final : public IdSource {
 public:
  std::int64_t next() override { return ++last_; }

 private:
  std::int64_t last_ = 1'000'000;
};

// The store ports, of what a RepoApi answers.
class RepoLog final : public ConversationLog {
 public:
  explicit RepoLog(MessageRepo& repo) : repo_{repo} {}
  Task<Result<std::vector<LogAnswer>>> append(LogBatch batch, Deadline deadline) override {
    return repo_.save(std::move(batch), deadline);
  }
  Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) override {
    return repo_.raise_fence(std::move(topic), partition);
  }

 private:
  MessageRepo& repo_;
};

class RepoMessages final : public MessageStore {
 public:
  explicit RepoMessages(MessageRepo& repo) : repo_{repo} {}
  Task<Result<MessagePage>> page(PageQuery query) override { return repo_.page(query); }
  Task<Result<Message>> find(MessageId id) override { return repo_.message(id); }
  Task<Result<std::optional<Message>>> find_sent(UserId sender, std::string id) override {
    return repo_.sent(sender, std::move(id));
  }
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation, EventNo after,
                                                      std::size_t limit) override {
    return repo_.events(std::move(conversation), after, limit);
  }

 private:
  MessageRepo& repo_;
};

class RepoConversations final : public ConversationStore {
 public:
  explicit RepoConversations(ConversationRepo& repo) : repo_{repo} {}
  Task<Result<Conversation>> find(ConversationId id) override { return repo_.conversation(id); }
  Task<Result<UserConversation>> find_for(UserId user, ConversationId id) override {
    return repo_.conversation_for(user, std::move(id));
  }
  Task<Result<std::vector<UserConversation>>> list_for(UserId user) override {
    return repo_.conversations_for(user);
  }
  Task<Result<std::optional<Conversation>>> find_single(UserId a, UserId b) override {
    return repo_.single_of(a, b);
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override {
    return repo_.marks(std::move(users));
  }
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(
      SessionId session) override {
    return repo_.acknowledged(session);
  }

 private:
  ConversationRepo& repo_;
};

class RepoGroups final : public GroupStore {
 public:
  explicit RepoGroups(GroupRepo& repo) : repo_{repo} {}
  Task<Result<Group>> find(GroupId id) override { return repo_.group(id); }
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) override {
    return repo_.members(id);
  }
  Task<Result<std::optional<Membership>>> member(GroupId id, UserId user) override {
    return repo_.member(id, user);
  }
  Task<Result<std::vector<Group>>> list(GroupId after, std::size_t limit) override {
    return repo_.groups(after, limit);
  }

 private:
  GroupRepo& repo_;
};

// Hashes and the keys of names are in no RPC: with those the suite goes to the store.
class RepoUsers final : public UserStore {
 public:
  RepoUsers(UserRepo& repo, UserStore& store) : repo_{repo}, store_{store} {}
  Task<Result<void>> create(NewUser user) override { return store_.create(std::move(user)); }
  Task<Result<std::vector<User>>> find(std::vector<UserId> ids) override {
    return repo_.users(std::move(ids));
  }
  Task<Result<User>> find_by_key(std::string key) override {
    return store_.find_by_key(std::move(key));
  }
  Task<Result<StoredPassword>> password(UserId id) override { return store_.password(id); }
  Task<Result<User>> edit(UserId id, ProfileEdit edit, WallTime at) override {
    return repo_.edit_user(id, std::move(edit), at);
  }
  Task<Result<void>> set_password(UserId id, std::string hash, WallTime at) override {
    return store_.set_password(id, std::move(hash), at);
  }
  Task<Result<void>> set_status(UserId id, UserStatus status, WallTime at) override {
    return repo_.set_user_status(id, status, at);
  }
  Task<Result<void>> set_role(UserId id, UserRole role, WallTime at) override {
    return repo_.set_user_role(id, role, at);
  }
  Task<Result<std::vector<User>>> search(std::string key, std::string nickname, UserId after,
                                         std::size_t limit) override {
    return store_.search(std::move(key), std::move(nickname), after, limit);
  }

 private:
  UserRepo& repo_;
  UserStore& store_;
};

// The repo role as a server, and a client of it, on one loop.
class ServedRepo {
 public:
  ServedRepo(SqliteStores& stores, InboxStore& inboxes)
      : clock_{stores.now()},
        registry_{stores.loop().timers()},
        repo_{{stores.log(), stores.messages(), stores.conversations(), stores.groups(),
               stores.users(), stores.sessions(), stores.relations(), stores.keys(), hasher_,
               inboxes, "epoch-1"}},
        server_{stores.loop().context().get_executor(), stores.loop().timers(), {}} {
    server_.add(rpc::repo_methods({repo_.api(), registry_, ids_, clock_}));
    const auto started = server_.start();
    if (!started) throw std::runtime_error{started.error().detail};
    rpc::CallsOptions options;
    options.role = "repo";
    options.addresses = {"127.0.0.1:" + std::to_string(server_.port())};
    calls_ = std::make_unique<rpc::Calls>(
        stores.loop().context().get_executor(), stores.loop().timers(), nullptr, [] { return 0; },
        options);
    client_ = std::make_unique<rpc::RepoClient>(*calls_);
  }

  RepoApi api() { return client_->api(); }

 private:
  NoHasher hasher_;
  CountedIds ids_;
  support::ManualClock clock_;
  memory::MemorySessionRegistry registry_;
  repo::Repo repo_;
  rpc::Server server_;
  std::unique_ptr<rpc::Calls> calls_;
  std::unique_ptr<rpc::RepoClient> client_;
};

class ServedStores final : public Stores {
 public:
  support::TaskLoop& loop() override { return stores_.loop(); }
  WallTime now() override { return stores_.now(); }
  ConversationLog& log() override { return log_; }
  MessageStore& messages() override { return messages_; }
  ConversationStore& conversations() override { return conversations_; }
  GroupStore& groups() override { return groups_; }
  UserStore& users() override { return users_; }
  SessionStore& sessions() override { return served_.api().sessions; }
  RelationStore& relations() override { return served_.api().relations; }
  IdempotencyStore& keys() override { return served_.api().keys; }
  TailStore& tails() override { return stores_.tails(); }

 private:
  SqliteStores stores_{Threads::own, {}};
  memory::MemoryInboxes inboxes_;
  ServedRepo served_{stores_, inboxes_};
  RepoLog log_{served_.api().messages};
  RepoMessages messages_{served_.api().messages};
  RepoConversations conversations_{served_.api().conversations};
  RepoGroups groups_{served_.api().groups};
  RepoUsers users_{served_.api().users, stores_.users()};
};

class ServedInboxes final : public Subject<InboxStore> {
 public:
  support::TaskLoop& loop() override { return stores_.loop(); }
  InboxStore& port() override { return served_.api().inboxes; }

 private:
  SqliteStores stores_{Threads::own, {}};
  memory::MemoryInboxes inboxes_;
  ServedRepo served_{stores_, inboxes_};
};

const auto served =
    ::testing::Values(StoresFactory{"served", [] { return std::make_unique<ServedStores>(); }});

INSTANTIATE_TEST_SUITE_P(Grpc, ConversationLogContract, served, factory_name);
INSTANTIATE_TEST_SUITE_P(Grpc, ConversationStoreContract, served, factory_name);
INSTANTIATE_TEST_SUITE_P(Grpc, MessageStoreContract, served, factory_name);
INSTANTIATE_TEST_SUITE_P(Grpc, UserStoreContract, served, factory_name);
INSTANTIATE_TEST_SUITE_P(Grpc, SessionStoreContract, served, factory_name);
INSTANTIATE_TEST_SUITE_P(Grpc, RelationStoreContract, served, factory_name);
INSTANTIATE_TEST_SUITE_P(Grpc, IdempotencyStoreContract, served, factory_name);
INSTANTIATE_TEST_SUITE_P(Grpc, InboxStoreContract,
                         ::testing::Values(SubjectFactory<InboxStore>{
                             "served", [] { return std::make_unique<ServedInboxes>(); }}),
                         subject_name);

}  // namespace
}  // namespace gochat::contract
