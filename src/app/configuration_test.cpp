#include "app/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/log.hpp"

namespace gochat::app {
namespace {

using config::Documents;
using testing::HasSubstr;

constexpr const char* all = "etcd:/gochat/config/all";

// One process after another over the same folder and file.
class ConfigurationOfProcess : public ::testing::Test {
 protected:
  ConfigurationOfProcess() {
    std::string name = std::filesystem::temp_directory_path() / "gochat-configuration-XXXXXX";
    folder_ = mkdtemp(name.data());
    write_file("");
    log::set_sink([this](std::string_view line) { said_ += line; });
    begin();
  }
  ~ConfigurationOfProcess() override {
    log::set_sink({});
    log::set_level(log::Level::info);
    std::filesystem::remove_all(folder_);
  }

  void write_file(const std::string& text) { std::ofstream{folder_ + "/gochat.yaml"} << text; }
  void begin() {
    const std::vector<std::string> arguments{"--config", folder_ + "/gochat.yaml", "--data",
                                             folder_};
    process_.emplace(arguments, config::load(arguments).reading);
    process_->on_change([this](const config::Config& in_force) { told_ = in_force; });
    said_.clear();
  }
  Configuration::Row row(std::string_view key) const {
    for (Configuration::Row& row : process_->rows()) {
      if (row.key->name == key) return std::move(row);
    }
    return {};
  }

  std::string folder_;
  std::string said_;
  config::Config told_;
  std::optional<Configuration> process_;
};

TEST_F(ConfigurationOfProcess, applies_at_run_time_what_can_be_and_names_what_waits) {
  process_->begin_with({});
  EXPECT_TRUE(process_->share(
      {{all, "limits: {sends_burst: 30}\ngateway: {auth_frame_seconds: 7}\nlog: {level: warn}"}}));
  EXPECT_EQ(told_.limits.sends_burst, 30);
  EXPECT_EQ(process_->in_force().limits.sends_burst, 30);
  EXPECT_EQ(process_->in_force().gateway.auth_frame_seconds, 10U);
  EXPECT_EQ(log::level(), log::Level::warn);
  EXPECT_EQ(process_->waiting(), 1U);
  EXPECT_TRUE(row("gateway.auth_frame_seconds").waits);
  EXPECT_EQ(row("gateway.auth_frame_seconds").from, "default");
  EXPECT_EQ(row("limits.sends_burst").from, "etcd:/gochat/config/all:1");
  EXPECT_THAT(said_, HasSubstr("gateway.auth_frame_seconds"));
}

TEST_F(ConfigurationOfProcess, begins_also_with_what_is_read_at_a_start_only) {
  process_->begin_with({{all, "gateway: {auth_frame_seconds: 7}"}});
  EXPECT_EQ(process_->in_force().gateway.auth_frame_seconds, 7U);
  EXPECT_EQ(process_->waiting(), 0U);
}

TEST_F(ConfigurationOfProcess, goes_back_to_the_file_when_a_document_is_gone) {
  write_file("limits: {sends_burst: 40}");
  begin();
  process_->begin_with({{all, "limits: {sends_burst: 30}"}});
  EXPECT_EQ(told_.limits.sends_burst, 30);
  EXPECT_TRUE(process_->share({}));
  EXPECT_EQ(told_.limits.sends_burst, 40);
  EXPECT_THAT(row("limits.sends_burst").from, HasSubstr("gochat.yaml:1"));
}

TEST_F(ConfigurationOfProcess, applies_nothing_where_anything_is_wrong) {
  process_->begin_with({{all, "limits: {sends_burst: 30}"}});
  EXPECT_FALSE(process_->share({{all, "limits: {sends_burst: 20}\nlog: {level: loud}"}}));
  EXPECT_EQ(process_->in_force().limits.sends_burst, 30);
  EXPECT_FALSE(process_->good());
  EXPECT_EQ(process_->counts().refused.value(), 1U);
  EXPECT_THAT(said_, HasSubstr("etcd:/gochat/config/all:2: `log.level` is `loud`"));
  process_->read_again();  // which does not forget what was shared
  EXPECT_FALSE(process_->good());
  EXPECT_TRUE(process_->share({{all, "limits: {sends_burst: 20}"}}));
  EXPECT_TRUE(process_->good());
  EXPECT_EQ(told_.limits.sends_burst, 20);
}

TEST_F(ConfigurationOfProcess, keeps_what_is_shared_when_the_file_is_read_again) {
  process_->begin_with({{all, "limits: {sends_burst: 30}"}});
  write_file("limits: {sends_burst: 40}\ndrain: {wait_ms: 5}");
  process_->read_again();
  EXPECT_EQ(told_.limits.sends_burst, 30);
  EXPECT_EQ(told_.drain.wait_ms, 5U);
}

TEST_F(ConfigurationOfProcess, begins_with_what_was_in_order_last_when_the_newest_is_not) {
  process_->begin_with({{all, "limits: {sends_burst: 30}"}});
  EXPECT_TRUE(process_->share({{all, "# \"thirty\"\nlimits:\n  sends_burst: 31\n"}}));
  EXPECT_FALSE(process_->share({{all, "limits: {sends_burst: none}"}}));
  begin();
  process_->begin_with({{all, "limits: {sends_burst: none}"}});
  EXPECT_EQ(process_->in_force().limits.sends_burst, 31);
  EXPECT_FALSE(process_->good());
  EXPECT_THAT(said_, HasSubstr("in order last"));
}

TEST_F(ConfigurationOfProcess, begins_with_its_file_when_nothing_was_ever_in_order) {
  write_file("limits: {sends_burst: 40}");
  begin();
  process_->begin_with({{all, "limits: {sends_burst: none}"}});
  EXPECT_EQ(process_->in_force().limits.sends_burst, 40);
  EXPECT_FALSE(process_->good());
}

TEST_F(ConfigurationOfProcess, survives_a_copy_that_is_broken) {
  std::ofstream{folder_ + "/shared.jsonl"} << "{\"name\":\"x\"";
  process_->begin_with({{all, "limits: {sends_burst: none}"}});
  EXPECT_EQ(process_->in_force().limits.sends_burst, 60);
  EXPECT_FALSE(process_->good());
}

}  // namespace
}  // namespace gochat::app
