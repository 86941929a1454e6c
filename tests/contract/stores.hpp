// What the suites of the store ports run against.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "ports/conversation_log.hpp"
#include "ports/conversation_store.hpp"
#include "ports/group_store.hpp"
#include "ports/idempotency_store.hpp"
#include "ports/message_store.hpp"
#include "ports/relation_store.hpp"
#include "ports/session_store.hpp"
#include "ports/tail_store.hpp"
#include "ports/user_store.hpp"
#include "support/task_loop.hpp"

namespace gochat::contract {

// One store behind all its ports, with everything it runs on. It is empty but for the world room.
class Stores {
 public:
  virtual ~Stores() = default;
  virtual support::TaskLoop& loop() = 0;
  // The wall time that the store goes by.
  virtual WallTime now() = 0;
  virtual ConversationLog& log() = 0;
  virtual MessageStore& messages() = 0;
  virtual ConversationStore& conversations() = 0;
  virtual GroupStore& groups() = 0;
  virtual UserStore& users() = 0;
  virtual SessionStore& sessions() = 0;
  virtual RelationStore& relations() = 0;
  virtual IdempotencyStore& keys() = 0;
  virtual TailStore& tails() = 0;
};

struct StoresFactory {
  std::string name;
  // None: what they need is not on this machine, and the test is skipped.
  std::function<std::unique_ptr<Stores>()> make;
};
inline std::ostream& operator<<(std::ostream& out, const StoresFactory& factory) {
  return out << factory.name;
}
inline std::string factory_name(const ::testing::TestParamInfo<StoresFactory>& info) {
  return info.param.name;
}

class StoreContract : public ::testing::TestWithParam<StoresFactory> {
 protected:
  void SetUp() final {
    if (!stores_) GTEST_SKIP() << GetParam().name << " is not there";
    prepare();
  }
  virtual void prepare() {}

  template <class T>
  T run(Task<T> task) {
    return stores_->loop().run(std::move(task));
  }
  // The value, or the end of the test with the error's words.
  template <class T>
  T get(Task<Result<T>> task) {
    Result<T> result = run(std::move(task));
    if (!result) throw std::runtime_error{words(result.error())};
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }
  template <class T>
  ErrorCode code(Task<Result<T>> task) {
    return run(std::move(task)).code();
  }
  static std::string words(const Error& error) {
    return std::string{error_row(error.code).name} + ": " + error.detail;
  }

  Stores& stores() { return *stores_; }
  WallTime now() { return stores_->now(); }

  // Somebody new, signed up.
  UserId person();
  User user(UserId id);

 private:
  std::unique_ptr<Stores> stores_ = GetParam().make();
  std::int64_t people_ = 0;
};

}  // namespace gochat::contract
