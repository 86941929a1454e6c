# Configures and builds one preset in build/<preset>.

configure() {
  local dir=build/$1
  if [[ -f $dir/build.ninja && $dir/build.ninja -nt CMakePresets.json ]]; then return; fi
  cmake --preset "$1" --log-level=WARNING >/dev/null
}

# build <preset> [target...]: everything when no target is named.
build() {
  local preset=$1
  local quiet=()
  shift
  configure "$preset" || return 1
  [[ -t 1 ]] || quiet=(--quiet)
  ninja -C "build/$preset" -j "$JOBS" "${quiet[@]}" "$@"
}

# Those of the targets that a preset has; a room under construction has no suite yet.
existing() {  # <preset> <target>...
  local all
  all=$(ninja -C "build/$1" -t targets all)
  printf '%s\n' "${@:2}" | while IFS= read -r target; do
    [[ $'\n'$all != *$'\n'"$target: "* ]] || echo "$target"
  done
}

# The names of the test executables that a preset knows; the build files are the only list.
test_names() {
  ctest --test-dir "build/$1" --show-only | sed -n 's/^ *Test *#[0-9]*: \([^ ]*\).*/\1/p'
}
