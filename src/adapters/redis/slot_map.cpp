#include "adapters/redis/slot_map.hpp"

#include <string>

#include "adapters/redis/numbers.hpp"

namespace gochat::redis {
namespace {

bool is_slot(const Reply& reply) {
  return reply.is(Reply::Kind::number) && reply.number >= 0 &&
         reply.number < static_cast<std::int64_t>(slots);
}

}  // namespace

std::vector<SlotRange> read_ranges(const Reply& reply, const Address& asked) {
  std::vector<SlotRange> ranges;
  for (const Reply& range : reply.items) {
    if (range.items.size() < 3 || !is_slot(range.items[0]) || !is_slot(range.items[1])) continue;
    const auto& master = range.items[2].items;
    if (master.size() < 2 || master[1].number <= 0 || master[1].number > 0xffff) continue;
    const std::string& host = master[0].text.empty() ? asked.host : master[0].text;
    ranges.push_back({static_cast<std::uint16_t>(range.items[0].number),
                      static_cast<std::uint16_t>(range.items[1].number),
                      {host, static_cast<std::uint16_t>(master[1].number)}});
  }
  return ranges;
}

std::optional<Redirect> read_redirect(const Reply& reply, const Address& asked) {
  const bool moved = reply.failed_with("MOVED");
  if (!moved && !reply.failed_with("ASK")) return std::nullopt;
  const std::string_view text = reply.text;
  const auto at = text.find(' ') + 1;
  const auto space = text.find(' ', at);
  const auto colon = text.rfind(':');
  if (space == std::string_view::npos || colon == std::string_view::npos || colon < space) {
    return std::nullopt;
  }
  const auto slot = number_of<std::uint16_t>(text.substr(at, space - at));
  const auto port = number_of<std::uint16_t>(text.substr(colon + 1));
  if (!slot || *slot >= slots || !port) return std::nullopt;
  std::string host{text.substr(space + 1, colon - space - 1)};
  return Redirect{moved, *slot, {host.empty() ? asked.host : std::move(host), *port}};
}

}  // namespace gochat::redis
