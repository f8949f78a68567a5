#!/bin/sh
# Writes a good secret for each one that has none, or only its well-known default, to .env (or the file that is named).
# A value of one's own is never touched, and no value is printed.
set -eu
umask 077
case ${1:-} in
--help | -h)
  cat <<'USAGE'
npm run secrets [-- FILE]

Makes a good secret for each one of the stack that has none, or only its well-known default, and writes it to FILE
(default: .env). Values of your own stay as they are, and none is printed.

Examples:
  npm run secrets
  npm run secrets -- /etc/tickwatch/.env
USAGE
  exit 0
  ;;
-*)
  echo "secrets: \"$1\" is not known here; --help is meant?" >&2
  exit 2
  ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
file=${1:-$here/../../.env}

refuse() {
  echo "secrets: $1" >&2
  exit 64
}

# A link stays one: what it leads to is written.
if [ -L "$file" ]; then file=$(readlink -f "$file"); fi
if [ -e "$file" ] && [ ! -f "$file" ]; then refuse "$file is no file"; fi

new=$(mktemp "$file.XXXXXX") || refuse "no file can be made beside $file"
trap 'rm -f "$new" "$new.less"' EXIT
if [ -e "$file" ]; then
  cat "$file" >"$new" || refuse "$file can't be read"
  # A last line without an end would run into the next.
  if [ -n "$(tail -c 1 "$new")" ]; then echo >>"$new"; fi
else
  echo '# Secrets of this machine: not for Git, and for nobody else.' >"$new"
fi

# setting NAME: a line that sets it, as Compose reads such files, up to its value.
setting() {
  echo "^[[:space:]]*\(export[[:space:]][[:space:]]*\)\{0,1\}$1[[:space:]]*[=:][[:space:]]*"
}

# value NAME: what the last such line says, without quotes and comment.
value() {
  sed -n "s/$(setting "$1")//p" "$new" | tail -n 1 | tr -d '\r' |
    sed -e 's/^"\([^"]*\)".*/\1/' -e t -e "s/^'\([^']*\)'.*/\1/" -e t -e 's/^#.*//' -e 's/[[:space:]]\{1,\}#.*//' -e 's/[[:space:]]*$//'
}

is_known() {
  awk '$1 !~ /^#/ { print $2 }' "$here/secrets.txt" | grep -Fqx -e "$1"
}

made=
while read -r name _; do
  case $name in '' | '#'*) continue ;; esac
  found=$(value "$name")
  if [ -n "$found" ] && ! is_known "$found"; then continue; fi
  secret=$(od -An -v -N24 -tx1 /dev/urandom | tr -d ' \n')
  if [ "${#secret}" -ne 48 ]; then refuse 'there is no randomness to be had from /dev/urandom'; fi
  grep -v "$(setting "$name")" "$new" >"$new.less" || true
  cat "$new.less" >"$new"
  echo "$name=$secret" >>"$new"
  made="$made $name"
done <"$here/secrets.txt"

# Root writes a file that stays its owner's.
if [ "$(id -u)" = 0 ] && [ -e "$file" ]; then
  # shellcheck disable=SC2012 # stat's options differ from system to system
  chown "$(ls -n "$file" | awk '{ print $3 ":" $4 }')" "$new"
fi
mv "$new" "$file"
if [ -z "$made" ]; then
  echo "secrets: $file has them all, nothing was changed"
  exit 0
fi
echo "secrets: $file has new ones, for its owner alone:"
# shellcheck disable=SC2086 # a list of words
printf '  %s\n' $made
echo 'They count from the next `docker compose up -d`, also for a stack that exists.'
