#include "protocol/error_text.hpp"

#include <algorithm>
#include <array>

namespace gochat::protocol {
namespace {

struct Texts {
  ErrorCode code;
  std::string_view english;
  std::string_view chinese;
};

constexpr std::array<Texts, error_rows.size()> texts{{
    {ErrorCode::ok, "OK", "成功"},
    {ErrorCode::invalid_params, "Invalid request", "请求参数有误"},
    {ErrorCode::unauthorized, "Please sign in", "请先登录"},
    {ErrorCode::not_found, "Not found", "未找到"},
    {ErrorCode::internal, "Something went wrong on our side", "服务器内部错误"},
    {ErrorCode::forbidden, "You may not do this", "没有权限"},
    {ErrorCode::conflict, "This exists already or was changed meanwhile", "已存在或已被更改"},
    {ErrorCode::rate_limited, "Too many requests, please slow down", "操作过于频繁，请稍后再试"},
    {ErrorCode::overloaded, "The server is busy, please try again", "服务器繁忙，请稍后再试"},
    {ErrorCode::unavailable, "Temporarily unavailable, please try again",
     "服务暂不可用，请稍后再试"},
    {ErrorCode::timeout, "No answer in time; trying again is safe", "请求超时，可以安全重试"},
    {ErrorCode::idempotency_conflict, "This id was used for another request",
     "该标识已用于其他请求"},
    {ErrorCode::not_a_member, "You are not in this conversation", "你不在该会话中"},
    {ErrorCode::blocked, "This person does not take your messages", "对方已拒收你的消息"},
    {ErrorCode::muted, "You are muted", "你已被禁言"},
    {ErrorCode::too_large, "Too large", "内容过大"},
    {ErrorCode::group_full, "The group is full", "群成员已满"},
    {ErrorCode::recall_expired, "Too late to recall this message", "已超过可撤回时间"},
    {ErrorCode::token_expired, "Your sign-in has expired", "登录已过期"},
    {ErrorCode::method_not_allowed, "Method not allowed", "不支持的请求方法"},
    {ErrorCode::unsupported_media_type, "Unsupported media type", "不支持的媒体类型"},
    {ErrorCode::headers_too_large, "Request headers are too large", "请求头过大"},
    {ErrorCode::uri_too_long, "The address is too long", "请求地址过长"},
    {ErrorCode::in_progress, "The same request is still running", "相同的请求正在处理中"},
    {ErrorCode::not_implemented, "Not implemented", "尚未支持"},
    {ErrorCode::fenced, "Temporarily unavailable, please try again", "服务暂不可用，请稍后再试"},
}};

static_assert(
    [] {
      for (std::size_t n = 0; n < texts.size(); ++n) {
        if (texts[n].code != error_rows[n].code || texts[n].english.empty() ||
            texts[n].chinese.empty())
          return false;
      }
      return true;
    }(),
    "texts follows the order of ErrorCode");

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Up to the next `mark`, which is taken off `rest` with it.
std::string_view take_until(std::string_view& rest, char mark) {
  const auto at = rest.find(mark);
  const auto part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return trimmed(part);
}

// The weight in `q=0.8`, in thousandths; 1 when there is none, 0 when it cannot be read.
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    auto parameter = take_until(parameters, ';');
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    parameter.remove_prefix(2);
    if (parameter == "1" || parameter.starts_with("1.0")) return 1000;
    if (!parameter.starts_with("0")) return 0;
    int thousandths = 0;
    int place = 100;
    for (const char c : parameter.substr(parameter.size() > 1 && parameter[1] == '.' ? 2 : 1)) {
      if (c < '0' || c > '9') return 0;
      thousandths += (c - '0') * place;
      place /= 10;
    }
    return thousandths;
  }
  return 1000;
}

bool is_language(std::string_view range, std::string_view name) {
  return range.size() >= 2 && (range[0] | 32) == name[0] && (range[1] | 32) == name[1] &&
         (range.size() == 2 || range[2] == '-');
}

}  // namespace

Language choose_language(std::string_view accept_language) {
  int english = -1;
  int chinese = -1;
  while (!accept_language.empty()) {
    auto part = take_until(accept_language, ',');
    const auto range = take_until(part, ';');
    const int weight = weight_of(part);
    if (is_language(range, "en")) english = std::max(english, weight);
    if (is_language(range, "zh")) chinese = std::max(chinese, weight);
    if (range == "*") english = std::max(english, weight);
  }
  return chinese > 0 && chinese > english ? Language::chinese : Language::english;
}

std::string_view error_text(ErrorCode code, Language language) {
  const auto& row = texts[static_cast<std::size_t>(code)];
  return language == Language::chinese ? row.chinese : row.english;
}

std::string error_message(const Error& error, Language language) {
  std::string message{error_text(error.code, language)};
  if (!error.hint.empty()) {
    message += language == Language::chinese ? "：" : ": ";
    message += error.hint;
  }
  return message;
}

}  // namespace gochat::protocol
