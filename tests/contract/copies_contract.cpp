#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

#include "contract/copies_contracts.hpp"

namespace gochat::contract {

std::uint64_t SeqProposalsContract::propose(const std::string& conversation, std::uint64_t count) {
  return get(port().propose(ConversationId{own(conversation)}, count)).number();
}

void SeqProposalsContract::correct(const std::string& conversation, std::uint64_t last) {
  get(port().correct(ConversationId{own(conversation)}, Seq{last}));
}

void HotMessagesContract::put(std::vector<std::uint64_t> seqs, const std::string& word) {
  std::vector<HotMessage> messages;
  for (const auto seq : seqs) messages.push_back({Seq{seq}, std::to_string(seq) + " " + word});
  get(port().put(conversation_, std::move(messages)));
}

std::vector<std::string> HotMessagesContract::below(std::uint64_t end, std::size_t limit) {
  const HotPage page = get(port().below(conversation_, Seq{end}, limit));
  std::vector<std::string> texts{page.newest ? page.newest->text : "-"};
  for (const HotMessage& one : page.messages) {
    EXPECT_TRUE(one.text.starts_with(one.seq.text() + " ")) << one.text;
    texts.push_back(one.text);
  }
  return texts;
}

std::vector<std::string> SetCacheContract::members(const std::string& key) {
  const auto found = get(port().get(own(key)));
  if (!found) return {"-"};
  std::vector<std::string> texts;
  for (const SetCache::Member& one : found->all) texts.push_back(one.text);
  std::ranges::sort(texts);
  return texts;
}

bool SetCacheContract::fill(const std::string& key, const std::vector<std::string>& texts,
                            std::uint64_t version, Duration ttl) {
  SetCache::Members members;
  members.version = version;
  for (const std::string& text : texts) members.all.push_back({text, 5});
  return get(port().fill(own(key), std::move(members), ttl));
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto end_of_all = std::numeric_limits<std::uint64_t>::max();

TEST_P(SeqProposalsContract, proposes_seqs_in_a_row_from_the_first) {
  EXPECT_EQ(propose("a", 1), 1U);
  EXPECT_EQ(propose("a", 5), 6U);
  EXPECT_EQ(propose("b", 2), 2U);
  EXPECT_EQ(propose("a", 1), 7U);
}

TEST_P(SeqProposalsContract, goes_on_from_what_was_committed_downwards_too) {
  correct("a", 100);
  EXPECT_EQ(propose("a", 1), 101U);
  correct("a", 7);
  EXPECT_EQ(propose("a", 2), 9U);
}

TEST_P(HotMessagesContract, gives_the_newest_of_what_was_put) {
  EXPECT_THAT(below(end_of_all, 10), ElementsAre("-"));
  put({1, 2, 3});
  EXPECT_THAT(below(end_of_all, 10), ElementsAre("3 said", "1 said", "2 said", "3 said"));
  EXPECT_THAT(below(end_of_all, 2), ElementsAre("3 said", "2 said", "3 said"));
  EXPECT_THAT(below(3, 1), ElementsAre("3 said", "2 said"));
  EXPECT_THAT(below(1, 10), ElementsAre("3 said"));
}

TEST_P(HotMessagesContract, keeps_one_text_of_a_seq) {
  put({1, 2, 3});
  put({2, 3}, "recalled");
  EXPECT_THAT(below(end_of_all, 10),
              ElementsAre("3 recalled", "1 said", "2 recalled", "3 recalled"));
}

TEST_P(HotMessagesContract, puts_what_comes_late_into_its_place) {
  put({3, 9});
  put({4});
  EXPECT_THAT(below(end_of_all, 10), ElementsAre("9 said", "3 said", "4 said", "9 said"));
}

TEST_P(HotMessagesContract, keeps_the_newest_of_too_many) {
  std::vector<std::uint64_t> seqs;
  for (std::uint64_t seq = 1; seq <= limits::hot_messages_max; ++seq) seqs.push_back(seq);
  put(seqs);
  EXPECT_EQ(below(end_of_all, seqs.size() + 1)[1], "1 said");
  put({limits::hot_messages_max + 1});
  const auto kept = below(end_of_all, seqs.size() + 1);
  EXPECT_EQ(kept.size(), limits::hot_messages_max + 1);
  EXPECT_EQ(kept[1], "2 said");
  put({1});
  EXPECT_EQ(below(end_of_all, seqs.size() + 1)[1], "2 said");
}

TEST_P(HotMessagesContract, forgets_a_conversation) {
  put({1, 2, 3});
  get(port().drop(conversation_));
  get(port().drop(conversation_));
  EXPECT_THAT(below(end_of_all, 10), ElementsAre("-"));
}

TEST_P(SetCacheContract, gives_a_whole_set_with_its_version) {
  EXPECT_THAT(members("a"), ElementsAre("-"));
  EXPECT_TRUE(fill("a", {"7", "", std::string("\0\xff", 2)}, 3));
  EXPECT_THAT(members("a"), ElementsAre("", std::string("\0\xff", 2), "7"));
  EXPECT_EQ(get(port().get(own("a")))->version, 3U);
  EXPECT_THAT(members("b"), ElementsAre("-"));
}

TEST_P(SetCacheContract, tells_an_empty_set_from_none) {
  fill("a", {}, 1);
  EXPECT_THAT(members("a"), IsEmpty());
}

TEST_P(SetCacheContract, replaces_a_set_by_a_newer_one_only) {
  fill("a", {"7", "8"}, 7);
  EXPECT_FALSE(fill("a", {"6"}, 6));
  EXPECT_FALSE(fill("a", {"6"}, 7));
  EXPECT_THAT(members("a"), ElementsAre("7", "8"));
  EXPECT_TRUE(fill("a", {"9"}, 8));
  EXPECT_THAT(members("a"), ElementsAre("9"));
}

TEST_P(SetCacheContract, lets_no_slow_reader_fill_in_what_was_removed_meanwhile) {
  fill("a", {"7"}, 7);
  invalidate("a", 8);
  EXPECT_THAT(members("a"), ElementsAre("-"));
  EXPECT_FALSE(fill("a", {"7"}, 7));
  EXPECT_FALSE(fill("a", {"8"}, 8));
  invalidate("a", 5);
  EXPECT_FALSE(fill("a", {"8"}, 8));
  EXPECT_TRUE(fill("a", {"9"}, 9));
  EXPECT_THAT(members("a"), ElementsAre("9"));
}

TEST_P(SetCacheContract, takes_a_set_of_ten_thousand) {
  std::vector<std::string> many;
  for (int n = 0; n < 10'000; ++n) many.push_back(std::to_string(n));
  EXPECT_TRUE(fill("a", many, 1));
  EXPECT_EQ(members("a").size(), 10'000U);
}

TEST_P(SetCacheContract, forgets_sets_and_floors_when_their_time_is_over) {
  fill("a", {"7"}, 7, brief);
  invalidate("b", 8, brief);
  pass(2 * brief);
  EXPECT_THAT(members("a"), ElementsAre("-"));
  EXPECT_TRUE(fill("a", {"6"}, 6));
  EXPECT_TRUE(fill("b", {"7"}, 7));
}

}  // namespace
}  // namespace gochat::contract
