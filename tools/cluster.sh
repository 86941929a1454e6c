# A cluster on this machine, with everything that it stands on.

run_cluster() {  # up|status|down
  case ${1:-} in
    up)
      install_packages && install_packages "${CLUSTER_PACKAGES[@]}" || return
      build release gochat || return
      ;;
    status | down) ;;
    *)
      echo "dev: cluster has the verbs up, status and down" >&2
      return 64
      ;;
  esac
  tests/cluster/launch.py "$1"
}
