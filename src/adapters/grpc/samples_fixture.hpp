// Values of which every member says something, and their text, to be compared. Whoever adds a
// member to one of these types is made to count it here, and then has to carry it over.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ports/logic_api.hpp"

namespace gochat::rpc {

template <class T>
inline constexpr int member_count = 0;
template <>
inline constexpr int member_count<Caller> = 3;
template <>
inline constexpr int member_count<SignedIn> = 5;
template <>
inline constexpr int member_count<Registration> = 4;
template <>
inline constexpr int member_count<SignInContext> = 3;
template <>
inline constexpr int member_count<User> = 10;
template <>
inline constexpr int member_count<Session> = 11;
template <>
inline constexpr int member_count<RevokedSession> = 2;
template <>
inline constexpr int member_count<RevokedPage> = 2;
template <>
inline constexpr int member_count<ProfileEdit> = 3;
template <>
inline constexpr int member_count<Message> = 11;
template <>
inline constexpr int member_count<ShownMessage> = 2;
template <>
inline constexpr int member_count<HistoryQuery> = 5;
template <>
inline constexpr int member_count<History> = 9;
template <>
inline constexpr int member_count<ConversationEvent> = 8;
template <>
inline constexpr int member_count<SeqRange> = 2;
template <>
inline constexpr int member_count<Conversation> = 13;
template <>
inline constexpr int member_count<ReadPosition> = 4;
template <>
inline constexpr int member_count<Membership> = 7;
template <>
inline constexpr int member_count<Group> = 12;
template <>
inline constexpr int member_count<UserConversation> = 4;
template <>
inline constexpr int member_count<UserMark> = 2;
template <>
inline constexpr int member_count<ListedConversation> = 2;
template <>
inline constexpr int member_count<SyncCursor> = 3;
template <>
inline constexpr int member_count<SyncedConversation> = 4;
template <>
inline constexpr int member_count<ConversationEdit> = 4;
template <>
inline constexpr int member_count<NewGroup> = 7;
template <>
inline constexpr int member_count<GroupEdit> = 6;
template <>
inline constexpr int member_count<GroupMember> = 2;
template <>
inline constexpr int member_count<TrackedMessage> = 2;
template <>
inline constexpr int member_count<TrackedPage> = 3;
template <>
inline constexpr int member_count<ConversationPosition> = 2;

// Does not compile when the count is wrong.
template <class T>
auto members_of(T& v) {
  constexpr int n = member_count<std::remove_const_t<T>>;
  if constexpr (n == 2) {
    auto& [a, b] = v;
    return std::tie(a, b);
  } else if constexpr (n == 3) {
    auto& [a, b, c] = v;
    return std::tie(a, b, c);
  } else if constexpr (n == 4) {
    auto& [a, b, c, d] = v;
    return std::tie(a, b, c, d);
  } else if constexpr (n == 5) {
    auto& [a, b, c, d, e] = v;
    return std::tie(a, b, c, d, e);
  } else if constexpr (n == 6) {
    auto& [a, b, c, d, e, f] = v;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (n == 7) {
    auto& [a, b, c, d, e, f, g] = v;
    return std::tie(a, b, c, d, e, f, g);
  } else if constexpr (n == 8) {
    auto& [a, b, c, d, e, f, g, h] = v;
    return std::tie(a, b, c, d, e, f, g, h);
  } else if constexpr (n == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = v;
    return std::tie(a, b, c, d, e, f, g, h, i);
  } else if constexpr (n == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = v;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
  } else if constexpr (n == 11) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = v;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k);
  } else if constexpr (n == 12) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = v;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
  } else {
    static_assert(n == 13, "count the members of this type above");
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = v;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m);
  }
}

template <class T>
concept Listing = requires(T v) { v.emplace_back(); } && !std::same_as<T, std::string>;
template <class T>
concept Pairing = requires(T v) { v.first; };
template <class T>
concept Perhaps = requires(T v) { v.has_value(); };
template <class T>
concept Numbered = requires(T v) { v.number(); };

// Every value is another one, so that two members that are mixed up are seen.
class Samples {
 public:
  // What a `bool` is changes with it; the last one leaves out what may be left out.
  enum class Kind { odd, even, sparse };
  explicit Samples(Kind kind) : kind_{kind} {}

  template <class T>
  T one() {
    T value{};
    fill(value);
    return value;
  }

  template <class T>
  void fill(T& v) {
    if constexpr (std::same_as<T, bool>) {
      v = (++n_ % 2 == 0) == (kind_ == Kind::even);
    } else if constexpr (std::same_as<T, std::string>) {
      v = "tëxt " + std::to_string(++n_);
    } else if constexpr (std::same_as<T, std::int64_t>) {
      v = -(std::int64_t{++n_} << 40);
    } else if constexpr (std::integral<T>) {
      v = static_cast<T>(sizeof(T) > 2 ? ++n_ * 1'003 : ++n_);
    } else if constexpr (std::is_enum_v<T>) {
      v = T{static_cast<std::underlying_type_t<T>>(1 + ++n_ % 2)};
    } else if constexpr (std::same_as<T, WallTime>) {
      v = wall_time(1'700'000'000'000 + ++n_);
    } else if constexpr (std::same_as<T, ConversationId>) {
      v = ConversationId{"group_" + std::to_string(++n_)};
    } else if constexpr (Numbered<T>) {
      v = T{(typename T::number_type{1} << 50) + ++n_};
    } else if constexpr (Listing<T>) {
      if (kind_ == Kind::sparse) return;
      for (int count = 0; count < 2; ++count) fill(v.emplace_back());
    } else if constexpr (Perhaps<T>) {
      if (kind_ != Kind::sparse) fill(v.emplace());
    } else if constexpr (Pairing<T>) {
      fill(v.first);
      fill(v.second);
    } else {
      std::apply([this](auto&... each) { (this->fill(each), ...); }, members_of(v));
    }
  }

 private:
  Kind kind_;
  int n_ = 0;
};

template <class T>
std::string text_of(const T& v) {
  if constexpr (std::same_as<T, std::string>) {
    return '"' + v + '"';
  } else if constexpr (std::is_enum_v<T>) {
    return "enum " + std::to_string(static_cast<int>(v));
  } else if constexpr (std::integral<T>) {
    return std::to_string(v);
  } else if constexpr (std::same_as<T, WallTime>) {
    return "at " + std::to_string(ms(v));
  } else if constexpr (std::same_as<T, ConversationId>) {
    return v.text();
  } else if constexpr (Numbered<T>) {
    return std::to_string(v.number());
  } else if constexpr (Listing<T>) {
    std::string all = "[";
    for (const auto& each : v) all += text_of(each) + ' ';
    return all + "]";
  } else if constexpr (Perhaps<T>) {
    return v ? "some " + text_of(*v) : "none";
  } else if constexpr (Pairing<T>) {
    return text_of(v.first) + ": " + text_of(v.second);
  } else {
    return std::apply([](const auto&... each) { return "{" + ((text_of(each) + ' ') + ... + "}"); },
                      members_of(v));
  }
}

}  // namespace gochat::rpc
