#include "app/measures_copies.hpp"

#include <string>

#include "app/measures.hpp"

namespace gochat::app {
namespace {

void name_one(metrics::Registry& registry, const std::string& cache,
              const repo::CopyCounts& counts) {
  const auto label = [&cache] { return metrics::Labels{{"cache", cache}}; };
  registry.counter({"gochat_cache_hits_total", "Questions that a copy answered.", label()},
                   counts.hits);
  registry.counter({"gochat_cache_misses_total", "Questions of which there was no copy.", label()},
                   counts.misses);
  registry.counter({"gochat_cache_errors_total", "What the cache did not answer or take.", label()},
                   counts.errors);
  registry.counter(
      {"gochat_cache_wrong_total",
       "Copies that could not be read or disagreed with the database: deleted.", label()},
      counts.wrong);
  registry.counter({"gochat_cache_stale_fills_total",
                    "Copies that were not kept, because of a change meanwhile.", label()},
                   counts.stale);
  registry.histogram({"gochat_cache_seconds", "One question to the cache.", label()},
                     counts.seconds);
}

}  // namespace

void name_copies(metrics::Registry& registry, repo::Copies& copies) {
  name_one(registry, "user_info", copies.shown().user_info());
  name_one(registry, "conversation", copies.shown().conversations());
  name_one(registry, "group_members", copies.shown().group_members());
  name_one(registry, "hot_messages", copies.hot().counts());
  name_one(registry, "user_conversations", copies.lists().counts());
  name_breakers(registry, "copies", [&copies] { return copies.left_alone() ? 1 : 0; });
  const repo::ProposalCounts& proposals = copies.proposals();
  registry.counter({"gochat_cache_seq_proposals_total", "Seqs that Redis was asked to propose."},
                   proposals.proposed);
  registry.counter({"gochat_cache_seq_proposals_differed_total",
                    "Proposals that the database decided otherwise, and that were corrected."},
                   proposals.differed);
  registry.counter({"gochat_cache_seq_proposal_errors_total",
                    "Proposals and corrections that Redis did not answer."},
                   proposals.errors);
}

}  // namespace gochat::app
