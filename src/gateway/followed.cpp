#include "gateway/followed.hpp"

#include <algorithm>
#include <utility>

namespace gochat::gateway {

const OpenSends::Send* OpenSends::find(const std::string& client_msg_id) const {
  const auto at = std::ranges::find(sends_, client_msg_id, &Send::client_msg_id);
  return at == sends_.end() ? nullptr : &*at;
}

void OpenSends::begin(std::string client_msg_id) {
  std::erase_if(sends_, [&](const Send& send) { return send.client_msg_id == client_msg_id; });
  if (sends_.size() >= kept_max) sends_.pop_front();
  sends_.push_back({std::move(client_msg_id)});
}

void OpenSends::answered(const std::string& client_msg_id) {
  const auto at = std::ranges::find(sends_, client_msg_id, &Send::client_msg_id);
  if (at != sends_.end()) at->step = Step::answered;
}

OpenSends::State OpenSends::state(const std::string& client_msg_id) const {
  const Send* send = find(client_msg_id);
  if (!send) return State::unknown;
  return send->step == Step::open ? State::open : State::answered;
}

std::vector<std::string> OpenSends::open() const {
  std::vector<std::string> ids;
  for (const Send& send : sends_) {
    if (send.step == Step::open) ids.push_back(send.client_msg_id);
  }
  return ids;
}

std::vector<std::string> OpenSends::unread() const {
  std::vector<std::string> ids;
  for (const Send& send : sends_) ids.push_back(send.client_msg_id);
  return ids;
}

void OpenSends::asked() {
  for (Send& send : sends_) {
    if (send.step == Step::answered) send.step = Step::asked;
  }
}

void OpenSends::confirmed() {
  std::erase_if(sends_, [](const Send& send) { return send.step == Step::asked; });
}

bool OpenSends::has_answered() const {
  return std::ranges::any_of(sends_, [](const Send& send) { return send.step == Step::answered; });
}

void Followed::moved(Entry& entry) {
  if (std::exchange(entry.moved, true)) return;
  moved_.push_back(&entry);
}

std::optional<std::uint32_t> Followed::ask() {
  if (asking_ || (moved_.empty() && !sends.has_answered())) return std::nullopt;
  asking_ = true;
  for (Entry* entry : moved_) {
    entry->asked = entry->sent;
    entry->moved = false;
  }
  asked_ = std::exchange(moved_, {});
  sends.asked();
  if (++mark_ == 0) ++mark_;
  return mark_;
}

bool Followed::answered(std::uint32_t mark) {
  if (!asking_ || mark != mark_) return false;
  asking_ = false;
  for (Entry* entry : asked_) entry->got = std::max(entry->got, entry->asked);
  asked_.clear();
  sends.confirmed();
  changed = true;
  succeeded = false;
  return true;
}

}  // namespace gochat::gateway
