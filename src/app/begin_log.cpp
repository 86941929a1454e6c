#include "app/begin_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <functional>

#include "base/log.hpp"
#include "base/log_file.hpp"

namespace gochat::app {

namespace {

std::size_t write_each(log::LogFile& file, std::string_view lines) {
  const std::uint64_t before = file.dropped();
  while (!lines.empty()) {
    const auto bytes = std::min(lines.find('\n'), lines.size() - 1) + 1;
    file.write(lines.substr(0, bytes));
    lines.remove_prefix(bytes);
  }
  return file.dropped() - before;
}

}  // namespace

Result<std::unique_ptr<log::LogWriter>> begin_log(const config::Config& config) {
  const auto& wanted = config.log;
  const bool to_person = wanted.file.empty() && isatty(STDOUT_FILENO) == 1;
  const bool text = wanted.format == "text" || (wanted.format == "auto" && to_person);
  log::set_format(text ? log::Format::text : log::Format::json);
  if (const auto level = log::level_of(wanted.level)) log::set_level(*level);
  log::set_service("gochat", config.server.instance, GOCHAT_VERSION);
  if (wanted.file.empty()) {
    return std::make_unique<log::LogWriter>(std::bind_front(log::write_to, STDOUT_FILENO));
  }
  auto file = log::LogFile::open(wanted.file, {wanted.file_bytes, wanted.files});
  if (!file) return file.error();
  return std::make_unique<log::LogWriter>(
      [file = std::shared_ptr{std::move(*file)}](std::string_view lines, const auto&) {
        return write_each(*file, lines);
      });
}

}  // namespace gochat::app
