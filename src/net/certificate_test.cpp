#include "net/certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/certificate_fixture.hpp"

namespace gochat::net {
namespace {

using testing::HasSubstr;

class CertificateTest : public testing::Test {
 protected:
  PairFolder folder;

  Result<std::shared_ptr<Certificate>> open() {
    return Certificate::open({folder.certificate(), folder.key()}, pair_time);
  }
  std::string cause() {
    const auto opened = open();
    if (opened) return "none";
    EXPECT_FALSE(opened.error().hint.empty()) << "no remedy for: " << opened.error().detail;
    return opened.error().detail;
  }
};

TEST_F(CertificateTest, says_how_long_it_is_good) {
  folder.put(make_pair({.days_until = 30}));
  const auto opened = open();
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->days_left(pair_time), 30);
  EXPECT_TRUE((*opened)->context());
}

TEST_F(CertificateTest, refuses_one_that_is_not_good_now) {
  folder.put(make_pair({.days_from = -9, .days_until = -1}));
  EXPECT_THAT(cause(), HasSubstr("expired on 2027-01-14"));
  folder.put(make_pair({.days_from = 2}));
  EXPECT_THAT(cause(), HasSubstr("is not good before 2027-01-17"));
}

TEST_F(CertificateTest, refuses_a_chain_of_which_one_has_expired) {
  PemPair pair = make_pair();
  pair.certificate += make_pair({.name = "above", .days_from = -9, .days_until = -1}).certificate;
  folder.put(pair);
  EXPECT_THAT(cause(), HasSubstr("expired"));
}

TEST_F(CertificateTest, refuses_a_key_of_another_certificate) {
  PemPair pair = make_pair();
  pair.key = make_pair().key;
  folder.put(pair);
  EXPECT_THAT(cause(), HasSubstr("does not belong to the certificate"));
  pair.key = make_pair({.rsa = true}).key;
  folder.put(pair);
  EXPECT_THAT(cause(), HasSubstr("does not belong to the certificate"));
}

TEST_F(CertificateTest, refuses_files_that_are_missing_or_something_else) {
  EXPECT_THAT(cause(), HasSubstr("cert.pem cannot be read: No such file"));
  const PemPair pair = make_pair();
  PairFolder::write(folder.certificate(), pair.certificate);
  EXPECT_THAT(cause(), HasSubstr("key.pem cannot be read: No such file"));
  PairFolder::write(folder.key(), pair.certificate);
  EXPECT_THAT(cause(), HasSubstr("does not hold a key"));
  folder.put({pair.key, pair.key});
  EXPECT_THAT(cause(), HasSubstr("does not hold a certificate"));
  folder.put({"", ""});
  EXPECT_THAT(cause(), HasSubstr("does not hold a certificate"));
}

TEST_F(CertificateTest, refuses_a_key_with_a_password_instead_of_asking_for_it) {
  folder.put(make_pair({.password = "secret"}));
  EXPECT_THAT(cause(), HasSubstr("with a password"));
}

TEST_F(CertificateTest, refuses_a_key_that_others_may_read) {
  const PemPair pair = make_pair();
  folder.put(pair);
  PairFolder::write(folder.key(), pair.key, 0644);
  EXPECT_THAT(cause(), HasSubstr("can be read by others"));
  PairFolder::write(folder.key(), pair.key, 0400);
  EXPECT_EQ(cause(), "none");
}

TEST_F(CertificateTest, tells_what_its_files_hold_and_whom_it_believes) {
  const PemPair pair = make_pair();
  folder.put(pair);
  const auto opened =
      Certificate::open({folder.certificate(), folder.key(), folder.certificate()}, pair_time);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->pem().certificate, pair.certificate);
  EXPECT_EQ((*opened)->pem().key, pair.key);
  EXPECT_EQ((*opened)->pem().authorities, pair.certificate);
  const auto refused =
      Certificate::open({folder.certificate(), folder.key(), folder.key()}, pair_time);
  EXPECT_THAT(refused.error().detail, HasSubstr("does not hold certificates in PEM"));
}

TEST_F(CertificateTest, is_read_for_a_client_that_may_have_none_to_show) {
  const auto read = [](const CertificateFiles& files) {
    return Certificate::read(files, pair_time);
  };
  EXPECT_TRUE(read({"", ""}).ok());
  EXPECT_THAT(read({"", "", folder.certificate()}).error().detail,
              HasSubstr("cert.pem cannot be read: No such file"));
  const PemPair pair = make_pair();
  folder.put(pair);
  const auto alone = read({"", "", folder.certificate()});
  ASSERT_TRUE(alone.ok());
  EXPECT_EQ(alone->authorities, pair.certificate);
  EXPECT_EQ(alone->certificate, "");
  EXPECT_EQ(read({folder.certificate(), folder.key()})->key, pair.key);
  EXPECT_THAT(read({folder.certificate(), folder.certificate()}).error().detail,
              HasSubstr("does not hold a key"));
  EXPECT_THAT(read({"", "", folder.key()}).error().detail,
              HasSubstr("does not hold certificates in PEM"));
}

TEST_F(CertificateTest, is_read_again_when_its_files_have_settled) {
  folder.put(make_pair());
  const auto opened = *open();
  EXPECT_FALSE(*opened->refresh(pair_time));
  const PemPair renewed = make_pair({.days_until = 300});
  PairFolder::write(folder.certificate(), renewed.certificate);
  EXPECT_FALSE(*opened->refresh(pair_time));  // the key is still the old one
  PairFolder::write(folder.key(), renewed.key);
  EXPECT_FALSE(*opened->refresh(pair_time));
  EXPECT_TRUE(*opened->refresh(pair_time));
  EXPECT_GT(opened->days_left(pair_time), 200);
  EXPECT_FALSE(*opened->refresh(pair_time));
}

TEST_F(CertificateTest, takes_other_files_at_once_and_only_good_ones) {
  folder.put(make_pair());
  const auto opened = *open();
  const auto shown = opened->context();
  EXPECT_FALSE(*opened->use({folder.certificate(), folder.key()}, pair_time));
  const PairFolder other;
  EXPECT_FALSE(opened->use({other.certificate(), other.key()}, pair_time).ok());
  EXPECT_EQ(opened->context(), shown);
  EXPECT_FALSE(*opened->refresh(pair_time)) << "the files of before are the ones that are watched";
  other.put(make_pair({.days_until = 300}));
  EXPECT_TRUE(*opened->use({other.certificate(), other.key()}, pair_time));
  EXPECT_EQ(opened->days_left(pair_time), 300);
  folder.put(make_pair({.days_until = 10}));
  EXPECT_FALSE(*opened->refresh(pair_time));
  EXPECT_FALSE(*opened->refresh(pair_time));
  EXPECT_EQ(opened->days_left(pair_time), 300);
}

TEST_F(CertificateTest, keeps_the_one_before_when_a_new_pair_cannot_be_used) {
  folder.put(make_pair());
  const auto opened = *open();
  const auto shown = opened->context();
  PairFolder::write(folder.key(), make_pair().key);
  EXPECT_FALSE(*opened->refresh(pair_time));
  const auto refused = opened->refresh(pair_time);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().detail, HasSubstr("does not belong"));
  EXPECT_EQ(opened->context(), shown);
  // Complained of once.
  EXPECT_FALSE(*opened->refresh(pair_time));
  std::filesystem::remove(folder.key());
  EXPECT_FALSE(*opened->refresh(pair_time));
  EXPECT_FALSE(opened->refresh(pair_time).ok());
  folder.put(make_pair());
  EXPECT_FALSE(*opened->refresh(pair_time));
  EXPECT_TRUE(*opened->refresh(pair_time));
  EXPECT_NE(opened->context(), shown);
}

}  // namespace
}  // namespace gochat::net
