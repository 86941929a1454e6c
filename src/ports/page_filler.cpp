#include "ports/page_filler.hpp"

#include <algorithm>

namespace gochat {
namespace {

Seq before(Seq seq) { return Seq{seq.number() - 1}; }

std::vector<SeqRange> voids_of(const MessagePage& page) {
  std::vector<SeqRange> voids;
  Seq expected = page.from_seq;
  for (const Message& message : page.messages) {
    if (message.seq > expected) voids.push_back({expected, before(message.seq)});
    expected = next(message.seq);
  }
  if (expected <= page.up_to_seq) voids.push_back({expected, page.up_to_seq});
  return voids;
}

}  // namespace

PageBounds page_bounds(const PageQuery& query, Seq last) {
  PageBounds bounds;
  const Seq after = std::min(query.after.value_or(Seq{}), last);
  bounds.low = next(after);
  bounds.high = last;
  bounds.newest_first = !query.after;
  if (query.before) {
    bounds.high = query.before->number() == 0 ? Seq{} : std::min(before(*query.before), last);
  }
  return bounds;
}

bool PageFiller::add(Message message) {
  const std::size_t bytes = message.content.size();
  const bool is_full =
      messages_.size() == limit_ || (!messages_.empty() && bytes_ + bytes > bytes_max_);
  if (is_full) {
    is_cut_ = true;
    return false;
  }
  bytes_ += bytes;
  read_to_ = message.seq;
  messages_.push_back(std::move(message));
  return true;
}

MessagePage PageFiller::finish(Seq last_seq, EventNo last_event_no) {
  MessagePage page;
  page.last_seq = last_seq;
  page.last_event_no = last_event_no;
  page.from_seq = bounds_.low;
  page.up_to_seq = bounds_.high;
  page.has_more = is_cut_;
  if (bounds_.newest_first) {
    std::ranges::reverse(messages_);
    if (is_cut_) page.from_seq = read_to_ ? read_to_ : next(bounds_.high);
  } else if (is_cut_) {
    page.up_to_seq = read_to_ ? read_to_ : before(bounds_.low);
  }
  page.messages = std::move(messages_);
  page.voids = voids_of(page);
  return page;
}

}  // namespace gochat
