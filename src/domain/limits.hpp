// The limits of what a message, a page or a group may be. Limits of sockets are in net, of queues
// with their queue; docs/limits.md lists them all.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gochat::limits {

inline constexpr std::size_t frame_bytes_max = 64 * 1024;
inline constexpr std::size_t content_code_points_max = 5'000;
inline constexpr std::size_t content_bytes_max = 20'000;
inline constexpr std::size_t client_msg_id_bytes_max = 64;
inline constexpr std::size_t preview_code_points_max = 100;
inline constexpr std::size_t page_messages_default = 50;
inline constexpr std::size_t page_messages_max = 100;
inline constexpr std::size_t page_bytes_max = 256 * 1024;
inline constexpr std::size_t timeline_page_messages = 50;  // what the staged plan pulls at once
inline constexpr std::size_t sync_cursors_max = 1'000;
inline constexpr std::size_t conversation_id_bytes_max = 64;
inline constexpr std::size_t username_code_points_min = 3;
inline constexpr std::size_t username_code_points_max = 20;
inline constexpr std::size_t nickname_code_points_max = 50;
inline constexpr std::size_t group_name_code_points_max = 50;
inline constexpr std::size_t description_code_points_max = 500;
inline constexpr std::size_t url_bytes_max = 255;
inline constexpr std::size_t email_bytes_max = 255;
inline constexpr std::size_t password_bytes_max = 72;  // what bcrypt reads
inline constexpr std::size_t password_bytes_min = 6;
inline constexpr std::uint32_t group_members_default = 200;
inline constexpr std::uint32_t group_members_max = 100'000;
inline constexpr std::size_t members_per_request_max = 1'000;
inline constexpr std::size_t groups_per_user_max = 1'000;
inline constexpr std::size_t connections_per_user_max = 10;
inline constexpr std::uint32_t large_group_from = 501;  // members: task tells them of messages
inline constexpr std::uint32_t large_group_back = 450;  // down to here logic does so again
inline constexpr double sends_burst = 60;
inline constexpr double sends_per_second = 10;
inline constexpr std::chrono::milliseconds recall_window{120'000};

static_assert(content_bytes_max * 2 < frame_bytes_max, "a full message escapes into one frame");
static_assert(content_code_points_max * 4 <= content_bytes_max);

}  // namespace gochat::limits
