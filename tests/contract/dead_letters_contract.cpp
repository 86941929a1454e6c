#include "contract/dead_letters_contract.hpp"

#include <gmock/gmock.h>

namespace gochat::contract {

std::vector<std::string> DeadLettersContract::texts(std::uint64_t from, std::size_t limit) {
  std::vector<std::string> texts;
  for (const KeptLetter& kept : get(port().letters.page(topic_, from, limit))) {
    texts.push_back(kept.settled ? "(" + kept.letter + ")" : kept.letter);
  }
  return texts;
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(DeadLettersContract, keeps_what_was_published_in_its_order) {
  for (const char* text : {"a", "b", "c"}) lay(text);
  EXPECT_THAT(texts(), ElementsAre("a", "b", "c"));
}

TEST_P(DeadLettersContract, has_nothing_of_a_topic_that_was_never_made) {
  EXPECT_THAT(get(port().letters.page(own("nothing") + "-dlq", 0, 100)), IsEmpty());
}

TEST_P(DeadLettersContract, keeps_bytes_as_they_are) {
  const std::string bytes{"\0\xff text \n", 9};
  lay(bytes);
  EXPECT_THAT(texts(), ElementsAre(bytes));
}

TEST_P(DeadLettersContract, gives_pages_that_go_on_behind_the_last_id) {
  for (const char* text : {"a", "b", "c"}) lay(text);
  const auto first = get(port().letters.page(topic_, 0, 2));
  ASSERT_EQ(first.size(), 2U);
  EXPECT_LT(first[0].id, first[1].id);
  EXPECT_THAT(texts(first[1].id + 1, 2), ElementsAre("c"));
  EXPECT_THAT(texts(first[1].id), ElementsAre("b", "c"));
}

TEST_P(DeadLettersContract, marks_what_is_settled_and_keeps_it) {
  for (const char* text : {"a", "b", "c"}) lay(text);
  const auto second = all()[1].id;
  get(port().letters.settle(topic_, second));
  get(port().letters.settle(topic_, second));
  EXPECT_THAT(texts(), ElementsAre("a", "(b)", "c"));
  EXPECT_THAT(texts(second, 1), ElementsAre("(b)"));
}

TEST_P(DeadLettersContract, says_when_there_is_nothing_to_settle) {
  EXPECT_EQ(code(port().letters.settle(topic_, 1)), ErrorCode::not_found);
  lay("a");
  const auto only = all()[0].id;
  EXPECT_EQ(code(port().letters.settle(topic_, only + 1)), ErrorCode::not_found);
  EXPECT_THAT(texts(), ElementsAre("a"));
}

TEST_P(DeadLettersContract, lets_what_comes_later_come_behind) {
  lay("a");
  get(port().letters.settle(topic_, all()[0].id));
  lay("b");
  EXPECT_THAT(texts(), ElementsAre("(a)", "b"));
}

}  // namespace
}  // namespace gochat::contract
