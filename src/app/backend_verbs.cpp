#include "app/backend_verbs.hpp"

#include <optional>
#include <utility>

#include "adapters/kafka/dead_letters.hpp"
#include "adapters/memory/system_clock.hpp"
#include "app/admin_pages.hpp"
#include "app/backend_options.hpp"
#include "app/backend_tls.hpp"
#include "async/drive.hpp"
#include "async/loop.hpp"
#include "base/log.hpp"

namespace gochat::app {

struct BackendVerbs::Parts {
  Loop loop{"main"};
  memory::SystemClock clock;
  std::unique_ptr<kafka::KafkaQueue> queue;
  std::optional<kafka::KafkaDeadLetters> letters;
  std::optional<DeadLetterDesk> desk;
  std::optional<AdminPages> pages;
};

BackendVerbs::BackendVerbs(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
BackendVerbs::BackendVerbs(BackendVerbs&&) noexcept = default;
BackendVerbs::~BackendVerbs() = default;

Result<BackendVerbs> BackendVerbs::open(const config::Config& config) {
  // Standard output is the answer's.
  log::set_level(log::Level::error);
  auto parts = std::make_unique<Parts>();
  Loop& loop = parts->loop;
  if (auto unusable = judge_tls(config); !unusable.empty()) return unusable.front();
  auto queue = kafka::KafkaQueue::open(loop.executor(), loop.timers(), kafka_options(config));
  if (!queue) return std::move(queue).error();
  parts->queue = *std::move(queue);
  parts->letters.emplace(*parts->queue, loop.timers());
  parts->desk.emplace(*parts->letters, *parts->queue, loop.timers(), parts->clock);
  parts->pages.emplace(nullptr, nullptr, *parts->desk, loop.executor());
  return BackendVerbs{std::move(parts)};
}

net::HttpResponse BackendVerbs::ask(std::string path, std::string body) {
  net::HttpRequest request;
  request.method = net::HttpMethod::post;
  request.path = std::move(path);
  request.body = std::move(body);
  return drive(parts_->loop.context(), parts_->pages->answer_to(std::move(request)));
}

}  // namespace gochat::app
