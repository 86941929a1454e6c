# The long runs under faults, of the release code with its switches; their counts add up in build/results.

FAULT_ROUNDS=20
# What a round holds besides each crash point once.
KILLS_PER_ROUND=10
CUTS_PER_ROUND=10

run_faults() {  # [rounds]
  local rounds=${1:-$FAULT_ROUNDS} results=$PWD/build/results/faults.jsonl status=0
  if [[ ! $rounds =~ ^[1-9][0-9]*$ ]]; then
    echo "dev: faults takes a number of rounds" >&2
    return 64
  fi
  install_packages
  build faults gochat forgetful_disk || return 1
  mkdir -p build/results
  GOCHAT_BINARY=$PWD/build/faults/gochat GOCHAT_FAULT_RESULTS=$results GOCHAT_FAULT_ROUNDS=$rounds \
    GOCHAT_FAULT_KILLS=$((rounds * KILLS_PER_ROUND)) GOCHAT_FAULT_CUTS=$((rounds * CUTS_PER_ROUND)) \
    tests/faults/run.py || status=$?
  tests/faults/totals.py "$results"
  return "$status"
}
