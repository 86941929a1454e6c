#include "adapters/grpc/open_call.hpp"

#include <grpc/support/time.h>

#include "adapters/grpc/bytes_buffer.hpp"
#include "adapters/grpc/grpc_time.hpp"

namespace gochat::rpc {

OpenCall::OpenCall(::grpc::CallbackServerContext& context, ::grpc::ByteBuffer& answer)
    : context_{&context},
      answer_{&answer},
      reactor_{context.DefaultReactor()},
      deadline_{context.raw_deadline()},
      arrived_{gpr_now(GPR_CLOCK_MONOTONIC)} {}

std::optional<Duration> OpenCall::left() const {
  if (gpr_time_cmp(deadline_, gpr_inf_future(deadline_.clock_type)) == 0) return std::nullopt;
  return until(deadline_);
}

Duration OpenCall::since_arrival() const { return -until(arrived_); }

std::string OpenCall::header(const char* key) const {
  const auto& all = context_->client_metadata();
  const auto found = all.find(key);
  return found == all.end() ? std::string{}
                            : std::string{found->second.data(), found->second.size()};
}

void OpenCall::answer(const Result<std::string>& result, Begun begun) {
  if (answered_.exchange(true)) return;
  if (result) {
    *answer_ = to_buffer(*result);
    reactor_->Finish(::grpc::Status::OK);
  } else {
    reactor_->Finish(to_status(*context_, result.error(), begun));
  }
}

bool OpenCalls::add(const std::shared_ptr<OpenCall>& call) {
  const MutexLock lock{mutex_};
  if (calls_.size() >= max_) return false;
  calls_.insert(call);
  return true;
}

void OpenCalls::remove(const std::shared_ptr<OpenCall>& call) {
  const MutexLock lock{mutex_};
  calls_.erase(call);
}

std::size_t OpenCalls::size() const {
  const MutexLock lock{mutex_};
  return calls_.size();
}

void OpenCalls::answer_all(const Error& error) {
  std::unordered_set<std::shared_ptr<OpenCall>> open;
  {
    const MutexLock lock{mutex_};
    open = calls_;
  }
  for (const auto& call : open) call->answer(error);
}

}  // namespace gochat::rpc
