#include "app/begin_log.hpp"

#include <unistd.h>

#include "base/log.hpp"
#include "base/log_file.hpp"

namespace gochat::app {

Result<void> begin_log(const config::Config& config) {
  const auto& wanted = config.log;
  const bool to_person = wanted.file.empty() && isatty(STDOUT_FILENO) == 1;
  const bool text = wanted.format == "text" || (wanted.format == "auto" && to_person);
  log::set_format(text ? log::Format::text : log::Format::json);
  if (const auto level = log::level_of(wanted.level)) log::set_level(*level);
  log::set_service("gochat", config.server.instance, GOCHAT_VERSION);
  if (wanted.file.empty()) return {};
  auto file = log::LogFile::open(wanted.file, {wanted.file_bytes, wanted.files});
  if (!file) return file.error();
  log::set_sink(
      [file = std::shared_ptr{std::move(*file)}](std::string_view line) { file->write(line); });
  return {};
}

}  // namespace gochat::app
