#include "domain/name_fold.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

TEST(NameFold, makes_equal_what_looks_alike) {
  EXPECT_EQ(fold_name("ALICE"), "alice");
  EXPECT_EQ(fold_name("\uff41\uff4c\uff49\uff43\uff45"), "alice");
  EXPECT_EQ(fold_name("\ufb01sh"), "fish");
  EXPECT_EQ(fold_name("stra\u00dfe"), "strasse");
  EXPECT_EQ(fold_name("a\u030asa"), "\u00e5sa");
  EXPECT_EQ(fold_name("\u212aelvin"), "kelvin");
  EXPECT_EQ(fold_name("\u039b\u038c\u0393\u039f\u03a3"),
            fold_name("\u03bb\u03cc\u03b3\u03bf\u03c2"));
  EXPECT_EQ(fold_name("\u5f20\u4e09"), "\u5f20\u4e09");
}

TEST(NameFold, drops_what_is_invisible_and_is_stable) {
  EXPECT_EQ(fold_name("a\u00adb\u200dc"), "abc");
  EXPECT_EQ(fold_name("\u00ad\u200b"), "");
  for (const char* name : {"Stra\u00dfe", "\u1e9b\u0323", "\u0130x", "\u01c5"}) {
    EXPECT_EQ(fold_name(fold_name(name)), fold_name(name)) << name;
  }
}

TEST(NameFold, answers_nothing_for_what_is_no_text) { EXPECT_EQ(fold_name("a\xff"), ""); }

}  // namespace
}  // namespace gochat
