// What every MessageStore does alike: which seqs a query asks for, and how the rows that it reads
// become the page.
#pragma once

#include <utility>

#include "ports/message_store.hpp"

namespace gochat {

struct PageBounds {
  Seq low;
  Seq high;  // low - 1: nothing
  bool newest_first = false;

  bool empty() const { return low > high; }
};
// `last` is the newest seq of the conversation.
PageBounds page_bounds(const PageQuery& query, Seq last);

// Takes rows in the order of reading until the page is full.
class PageFiller {
 public:
  PageFiller(const PageQuery& query, PageBounds bounds)
      : limit_{query.limit}, bytes_max_{query.bytes_max}, bounds_{bounds} {}

  // False: it did not fit, and nothing more will.
  bool add(Message message);
  bool is_cut() const { return is_cut_; }
  // The row that was taken last; before the first: none.
  Seq read_to() const { return read_to_; }

  // With the head as it was seen with these rows.
  MessagePage finish(Seq last_seq, EventNo last_event_no);

 private:
  const std::size_t limit_;
  const std::size_t bytes_max_;
  const PageBounds bounds_;
  std::vector<Message> messages_;
  std::size_t bytes_ = 0;
  Seq read_to_;
  bool is_cut_ = false;
};

}  // namespace gochat
