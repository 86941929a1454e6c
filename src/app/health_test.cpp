#include "app/health.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "app/process_figures.hpp"

namespace gochat::app {
namespace {

class HealthTest : public testing::Test {
 protected:
  HealthTest() {
    health.add({"disk", [this] { return disk; }});
  }
  net::HttpResponse ask(std::string path, bool internal = true, std::string query = "") {
    net::HttpRequest request;
    request.path = std::move(path);
    if (!query.empty()) request.query.emplace_back(query, "");
    auto answer = health.answer(request, internal);
    return answer ? std::move(*answer) : net::plain_response(404, "");
  }

  Health health;
  bool disk = true;
};

TEST_F(HealthTest, lives_whatever_else_is_wrong) {
  disk = false;
  EXPECT_EQ(ask("/livez").status, 200);
  EXPECT_EQ(ask("/healthz").status, 200);
  health.set_draining();
  EXPECT_EQ(ask("/livez").status, 200);
}

TEST_F(HealthTest, is_ready_between_its_start_and_its_drain_while_every_check_is_good) {
  EXPECT_EQ(ask("/readyz").status, 503);
  health.set_started();
  EXPECT_EQ(ask("/readyz").status, 200);
  disk = false;
  EXPECT_EQ(ask("/readyz").status, 503);
  disk = true;
  health.set_draining();
  EXPECT_EQ(ask("/readyz").status, 503);
  EXPECT_EQ(ask("/readyz").body, "draining\n");
}

TEST_F(HealthTest, tells_of_every_change_once) {
  std::vector<bool> told;
  health.tell([&](bool ready) { told.push_back(ready); });
  health.set_started();
  health.look();
  disk = false;
  health.look();
  disk = true;
  health.look();
  health.set_draining();
  health.look();
  EXPECT_EQ(told, (std::vector{false, true, false, true, false}));
}

TEST_F(HealthTest, lists_its_checks_inside_only) {
  health.set_started();
  disk = false;
  EXPECT_EQ(ask("/readyz", true, "verbose").body,
            "not ready\n[+]started\n[+]not draining\n[-]disk\n");
  EXPECT_EQ(ask("/readyz", false, "verbose").body, "not ready\n");
}

TEST_F(HealthTest, leaves_other_paths_and_methods_to_others) {
  EXPECT_EQ(ask("/livez/").status, 404);
  net::HttpRequest request;
  request.path = "/livez";
  request.method = net::HttpMethod::post;
  EXPECT_FALSE(health.answer(request, true).has_value());
}

TEST(ProcessFigures, are_those_of_this_process) {
  const ProcessFigures now = process_figures();
  EXPECT_GT(now.resident_bytes, 100'000U);
  EXPECT_GT(now.virtual_bytes, now.resident_bytes);
  EXPECT_GE(now.threads, 1U);
  EXPECT_GT(now.started_at, 1'600'000'000.0);
  EXPECT_GE(now.cpu_seconds, 0.0);
}

TEST(ProcessFigures, count_one_more_descriptor_for_one_more_file) {
  const std::size_t before = open_descriptors();
  FILE* file = std::fopen("/dev/null", "r");
  EXPECT_EQ(open_descriptors(), before + 1);
  std::fclose(file);
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_GT(open_descriptors_max(), before);
}

}  // namespace
}  // namespace gochat::app
