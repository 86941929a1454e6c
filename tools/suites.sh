# Runs the suites phase by phase and ends with one counted line over all of them.

# Suites with threads in them; the others gain nothing from ThreadSanitizer. It does not see what gRPC's and Kafka's
# archives do between their threads, so what runs them is left out, and named as skipped.
THREADED='^(async|net|memory|sqlite|crypto|gateway|contract|scenario|blackbox)'
UNSEEN_BY_TSAN='*Grpc*'
# What judges the binary that users run.
RELEASED='^(blackbox|release|e2e)'
# What says nothing new about another build of the same server.
RELEASE_ONLY='^(e2e|release)'
# What answers within a minute and a half once it is built.
QUICK_EXCEPT='^(blackbox|cluster|e2e|faults|kafka|release)'
FUZZ_SECONDS=15
LEDGER=build/results/ledger.jsonl
PHASES=()

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

open_ledger() {
  mkdir -p build/results
  : >"$LEDGER"
  trap 'close_ledger $?' EXIT
}

# The seconds of each phase, what failed and what was skipped by name, and the counted line; also
# when the run broke off.
close_ledger() {
  trap - EXIT
  local status=$1 entry
  if ((${#PHASES[@]})); then
    echo
    for entry in "${PHASES[@]}"; do printf '%6d s  %s\n' "${entry%% *}" "${entry#* }"; done
  fi
  python3 tools/ledger.py total "$LEDGER" "$status" || status=1
  exit "$status"
}

# phase <name> <command>...: shows its seconds and leaves its status in PHASE_STATUS.
phase() {
  local name=$1 start=$SECONDS
  shift
  echo "== $name"
  PHASE_STATUS=0
  "$@" || PHASE_STATUS=$?
  PHASES+=("$((SECONDS - start)) $name")
}

record() { python3 tools/ledger.py record "$LEDGER" "$@"; }

# A success is not a test that passed, but a failure is one that failed.
record_failure() {
  local name=$1 status=0
  shift
  "$@" || status=$?
  ((status == 0)) || record "$name" failed
  return $status
}

record_outcome() {
  local name=$1
  record_failure "$@" && record "$name" passed
}

# step <name> <command>...: a phase that counts as one test.
step() { phase "$1" record_outcome "$@"; }

# build_phase <preset> [target...]: false when it does not build.
build_phase() {
  phase "build $1" record_failure "build $1" build "$@"
  ((PHASE_STATUS == 0))
}

run_suites() {  # <preset> [option of run_suites.py...]
  ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-19 || true) \
  TSAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-19 || true) \
    python3 tools/run_suites.py --build "build/$1" --ledger "$LEDGER" --jobs "$JOBS" "${@:2}"
}

# Replays each corpus and searches on for some seconds, as many at once as there are cores; what is found goes to
# build/results.
replay_corpora() {
  local fuzzer
  for fuzzer in build/fuzz/fuzz/*_fuzz; do
    while (($(jobs -rp | wc -l) >= JOBS)); do wait -n || true; done
    record_outcome "$(basename "$fuzzer")" replay_corpus "$fuzzer" &
  done
  wait
}

replay_corpus() {
  local name found
  name=$(basename "$1")
  found=build/results/$name
  mkdir -p "$found"
  if "$1" -max_total_time=$FUZZ_SECONDS -rss_limit_mb=512 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$found." "$found" "fuzz/corpus/${name%_fuzz}" >"$found.log" 2>&1; then
    echo "ok     $name, $(sed -n 's/^stat::number_of_executed_units: *//p' "$found.log") inputs"
  else
    tail -n 40 "$found.log"
    echo "the input, of which base64 -d makes the file that $name takes again:"
    cat "$found".{crash,leak,oom,timeout,slow-unit}-* 2>/dev/null | head -c 65536 | base64 -w 0
    echo
    return 1
  fi
}

test_rooms() {
  local room name
  local wanted=() names targets
  phase "configure" record_failure "configure dev" configure dev
  ((PHASE_STATUS == 0)) || return 0
  mapfile -t names < <(test_names dev)
  for room in "$@"; do
    name=${room%_test}_test
    if [[ " ${names[*]} " != *" $name "* ]]; then
      echo "dev: no suite \`$room\`; there are: ${names[*]%_test}" >&2
      return 64
    fi
    wanted+=("$name")
  done
  if [[ " ${wanted[*]} " =~ " "(blackbox|e2e|faults|release)_test" " ]]; then wanted+=(gochat); fi
  mapfile -t targets < <(existing dev "${wanted[@]}")
  build_phase dev "${targets[@]}" || return 0
  phase "test dev" run_suites dev --only "^($(IFS='|'; echo "${wanted[*]}"))\$"
}

test_quickly() {
  build_phase dev || return 0
  phase "test dev" run_suites dev --except "$QUICK_EXCEPT"
  phase "test tools" python3 tools/run_unittests.py "$LEDGER"
}

test_everything() {
  check_all_rules
  phase "test tools" python3 tools/run_unittests.py "$LEDGER"
  if build_phase asan; then phase "test asan" run_suites asan --except "$RELEASE_ONLY"; fi
  record "cluster suites on MySQL 8, of which there is no package" skipped
  if [[ -d fuzz ]] && build_phase fuzz fuzzers; then phase "fuzz" replay_corpora; fi
  GOCHAT_SANITIZER=thread GTEST_FILTER="-$UNSEEN_BY_TSAN" test_part tsan "$THREADED"
  record "cluster_contract, grpc and kafka suites, and what of contract runs gRPC, under ThreadSanitizer" skipped
  test_part release "$RELEASED"
  record "clang-tidy on the whole tree" skipped
}

# test_part <preset> <expression>: the suites whose name the expression matches, and the server.
test_part() {
  local names targets
  phase "configure $1" record_failure "configure $1" configure "$1"
  ((PHASE_STATUS == 0)) || return 0
  mapfile -t names < <(test_names "$1" | grep -E "$2" || true)
  ((${#names[@]})) || return 0
  mapfile -t targets < <(existing "$1" "${names[@]}" gochat)
  if build_phase "$1" "${targets[@]}"; then phase "test $1" run_suites "$1" --only "$2"; fi
}

run_tests() {
  if [[ ${1:-} == -* && $1 != --quick ]]; then
    echo "dev: unknown option \`$1\`; ./dev help lists them" >&2
    return 64
  fi
  open_ledger
  phase "packages" record_failure packages install_packages
  ((PHASE_STATUS == 0)) || return 1
  # Where they cannot be had, the suites that need them say so: those of the browser and of single adapters are counted
  # as skipped, those of whole clusters fail.
  if [[ ${1:-} != --quick ]]; then
    phase "packages of tests" install_packages "${TEST_PACKAGES[@]}"
    phase "packages of browser tests" install_node_modules
  fi
  case ${1:-} in
    "") test_everything ;;
    --quick) test_quickly ;;
    *) test_rooms "$@" ;;
  esac
}
