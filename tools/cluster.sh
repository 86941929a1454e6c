# A cluster on this machine, with everything that it stands on, and loads on one server or on a cluster.

cluster_can_start() {
  install_packages && install_packages "${CLUSTER_PACKAGES[@]}" && build release gochat
}

run_cluster() {  # up|status|down
  case ${1:-} in
    up) cluster_can_start || return ;;
    status | down) ;;
    *)
      echo "dev: cluster has the verbs up, status and down" >&2
      return 64
      ;;
  esac
  tests/cluster/launch.py "$1"
}

run_bench() {  # [cluster] option...
  if [[ ${1:-} == cluster ]]; then
    cluster_can_start && exec tests/cluster/measure.py "${@:2}"
  else
    install_packages && build release gochat && exec build/release/gochat bench "$@"
  fi
}
