// What the suite of a port runs against: one adapter with everything that it needs.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "support/task_loop.hpp"

namespace gochat::contract {

template <class Port>
class Subject {
 public:
  virtual ~Subject() = default;
  virtual support::TaskLoop& loop() = 0;
  virtual Port& port() = 0;
  // Another process's adapter on the same backend, for what several share; the same one where there
  // is only one process.
  virtual Port& another() { return port(); }
  // A name that no other test uses, where a backend is shared by all of them.
  virtual std::string own(const std::string& name) { return name; }
};

template <class Port>
struct SubjectFactory {
  std::string name;
  // None: what it needs is not on this machine, and the test is skipped.
  std::function<std::unique_ptr<Subject<Port>>()> make;
};
template <class Port>
std::ostream& operator<<(std::ostream& out, const SubjectFactory<Port>& factory) {
  return out << factory.name;
}
inline constexpr auto subject_name = [](const auto& info) { return info.param.name; };

template <class Port>
class PortContract : public ::testing::TestWithParam<SubjectFactory<Port>> {
 protected:
  void SetUp() final {
    if (!subject_) GTEST_SKIP() << this->GetParam().name << " is not there";
    prepare();
  }
  virtual void prepare() {}

  template <class T>
  T run(Task<T> task) {
    return subject_->loop().run(std::move(task));
  }
  // The value, or the end of the test with the error's words.
  template <class T>
  T get(Task<Result<T>> task) {
    Result<T> result = run(std::move(task));
    if (!result) {
      throw std::runtime_error{std::string{error_row(result.code()).name} + ": " +
                               result.error().detail};
    }
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }
  template <class T>
  ErrorCode code(Task<Result<T>> task) {
    return run(std::move(task)).code();
  }

  Port& port() { return subject_->port(); }
  Port& another() { return subject_->another(); }
  support::TaskLoop& loop() { return subject_->loop(); }
  std::string own(const std::string& name) { return subject_->own(name); }
  void pass(Duration duration) { loop().pass(duration); }

 private:
  std::unique_ptr<Subject<Port>> subject_ = this->GetParam().make();
};

}  // namespace gochat::contract
