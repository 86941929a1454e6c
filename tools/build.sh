# Configures and builds one preset in build/<preset>.

configure() {
  local dir=build/$1
  if [[ -f $dir/build.ninja && $dir/build.ninja -nt CMakePresets.json ]]; then return; fi
  cmake --preset "$1" --log-level=WARNING >/dev/null
}

has_target() {
  ninja -C "build/$1" -t targets all 2>/dev/null | grep -q "^$2: "
}

# build <preset> [target...]; a target of a room that has no such thing is left out.
build() {
  local preset=$1 target
  local targets=() quiet=()
  shift
  configure "$preset" || return 1
  for target in "$@"; do
    if has_target "$preset" "$target"; then targets+=("$target"); fi
  done
  if (($# && ${#targets[@]} == 0)); then
    echo "dev: nothing to build for $*" >&2
    return 1
  fi
  [[ -t 1 ]] || quiet=(--quiet)
  ninja -C "build/$preset" -j "$JOBS" "${quiet[@]}" "${targets[@]}"
}

# The names of the test executables that a preset knows; the build files are the only list.
test_names() {
  ctest --test-dir "build/$1" --show-only | sed -n 's/^ *Test *#[0-9]*: \([^ ]*\).*/\1/p'
}
