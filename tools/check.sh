# What must hold in the sources without building them.

TIDY_COMMITS=5
# A slice of CI, not a gate of it: files that do not fit are named as skipped.
TIDY_SECONDS_MAX=420

sources() {
  git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' | sort -u | present
}

# Names on stdin that are files; git also lists what was just removed.
present() {
  local file
  while IFS= read -r file; do [[ ! -f $file ]] || printf '%s\n' "$file"; done
}

format_all() {
  sources | xargs -r -n 40 -P "$JOBS" clang-format-19 -i
  python3 tools/list_limits.py --write
  python3 tools/check_proto.py --write
}
check_format() { sources | xargs -r -n 40 -P "$JOBS" clang-format-19 --dry-run -Werror; }
check_includes() { python3 cmake/check_includes.py; }
check_rules() { python3 tools/check_rules.py; }
check_docs() { python3 tools/check_docs.py; }
check_limits() { python3 tools/list_limits.py; }
check_proto() { python3 tools/check_proto.py; }

# check_tidy <preset> <seconds> <file>...: of a preset that is built, for its generated headers.
check_tidy() {
  local preset=$1 seconds=$2
  shift 2
  python3 tools/run_tidy.py --build "build/$preset" --ledger "$LEDGER" --jobs "$JOBS" \
    --seconds "$seconds" "$@"
}

changed_sources() {  # <commits>
  local first
  first=$(git rev-list -n "$1" HEAD | tail -n 1)
  { git diff-tree --root -r --no-commit-id --name-only --diff-filter=d "$first"
    git diff --name-only --diff-filter=d "$first"; } | sort -u | grep '\.cpp$' | present
}

check_all_rules() {
  step "check format" check_format
  step "check includes" check_includes
  step "check rules" check_rules
  step "check docs" check_docs
  step "check limits" check_limits
  step "check proto" check_proto
}

check() {
  local files
  open_ledger
  check_all_rules
  case ${1:-} in
    --all) mapfile -t files < <(sources | grep '\.cpp$') ;;
    --changed) mapfile -t files < <(changed_sources "${2:-$TIDY_COMMITS}") ;;
    "") files=() ;;
    *)
      echo "dev: unknown option \`$1\`; ./dev help lists them" >&2
      return 64
      ;;
  esac
  if ((${#files[@]})); then
    if build_phase dev; then phase "clang-tidy" check_tidy dev 0 "${files[@]}"; fi
  fi
}
