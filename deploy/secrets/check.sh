#!/bin/sh
# Runs before everything else: where others can reach the stack, it does not start with a secret that everybody knows.
set -eu
list=$(dirname "$0")/secrets.txt

refuse() {
  echo "secrets: refusing to start: $1" >&2
  exit 64
}

is_local() {
  echo "$1" | grep -Eiq '^(localhost|.+\.localhost|127(\.[0-9]{1,3}){3}|\[?::1\]?)$'
}

is_known() {
  awk '$1 !~ /^#/ { print $2 }' "$list" | grep -Fqx -e "$1"
}

address=${PUBLISH_ADDRESS:-127.0.0.1}
url=${PUBLIC_URL:-http://localhost}
if ! echo "$url" | grep -Eq '^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?$'; then
  refuse "PUBLIC_URL: \"$url\" has to look like https://prices.example or http://localhost:8081, without a path"
fi
host=$(echo "$url" | sed -E 's#^https?://##; s#:[0-9]+$##')

reach=
if ! is_local "$address"; then reach="PUBLISH_ADDRESS is $address"; fi
if ! is_local "$host"; then reach="${reach:+$reach and }PUBLIC_URL is $url"; fi
if [ -z "$reach" ]; then
  echo 'secrets: this machine alone gets in, defaults will do'
  exit 0
fi

names=
while read -r name default; do
  case $name in '' | '#'*) continue ;; esac
  # Of a file that this stack is not started with.
  eval "known=\${$name+known}"
  if [ -z "$known" ]; then continue; fi
  eval "value=\${$name-}"
  if [ -z "$default" ] && [ -z "$value" ]; then continue; fi
  if [ -z "$value" ] || is_known "$value"; then names="$names $name"; fi
done <"$list"
if [ -z "$names" ]; then
  echo "secrets: $reach, and no secret has its default"
  exit 0
fi

{
  echo "secrets: refusing to start: others get in ($reach), and these are empty or have their well-known default:"
  # shellcheck disable=SC2086 # a list of words
  printf '  %s\n' $names
  echo 'One command writes good ones to .env: npm run secrets   (without Node: sh deploy/secrets/make.sh)'
  echo 'Then: docker compose up -d'
} >&2
exit 64
