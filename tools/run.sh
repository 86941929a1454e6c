# Starts the release binary in the foreground, so that Ctrl-C and signals go to it alone.

run_server() {
  exec build/release/gochat serve "$@" > >(announce)
}

# Passes the server's lines on and shows a first request when it is ready.
announce() {
  # The server drains after Ctrl-C; what it says meanwhile is still to be shown.
  trap '' INT TERM
  local line url
  while IFS= read -r line; do
    printf '%s\n' "$line"
    [[ $line == *'"msg":"ready"'* ]] || continue
    url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' <<<"$line")
    cat <<TEXT

GoChat listens on $url

  token=\$(curl -s $url/api/v1/auth/guest -H 'Content-Type: application/json' -d '{}' |
    sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -s $url/api/v1/messages -H 'Content-Type: application/json' \\
    -H "Authorization: Bearer \$token" \\
    -d '{"conversationId":"world","content":"hello","type":"text"}'

Ctrl-C stops it.
TEXT
  done
}
