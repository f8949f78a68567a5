#!/usr/bin/env bash
# Checks the settings, renders postgresql.conf and pg_hba.conf and hands over to the official entrypoint.
set -euo pipefail

conf=/var/run/postgresql/postgresql.conf
problems=()

declare -A forms=(
  [size]='^[1-9][0-9]*(kB|MB|GB|TB)$'
  [duration]='^[1-9][0-9]*(s|min|h|d)$'
  [fraction]='^(0(\.[0-9]+)?|1(\.0+)?)$'
  [count]='^[1-9][0-9]*$'
  [addresses]='^(\*|[A-Za-z0-9.:_-]+( *, *[A-Za-z0-9.:_-]+)*)$'
  [compression]='^(on|off|pglz|lz4|zstd)$'
  [name]='^[A-Za-z_][A-Za-z0-9_]*$'
  [password]='^[A-Za-z0-9._~-]+$'
  [filled]='.'
)
declare -A examples=(
  [size]='a number with kB, MB, GB or TB, as 256MB'
  [duration]='a number with s, min, h or d, as 10min'
  [fraction]='a number from 0 to 1, as 0.9'
  [count]='a whole number above 0'
  [addresses]='* or addresses with commas between'
  [compression]='on, off, pglz, lz4 or zstd'
  [name]='letters, digits and _, not beginning with a digit'
  [password]='letters, digits and . _ ~ - (it stands in connection URLs)'
  [filled]='not empty'
)

variables=''
while read -r name kind; do
  [[ $name == '#'* || -z $name ]] && continue
  value=${!name-}
  # Without a word of it in the environment it is not of this stack.
  if [[ $kind == *'?' ]]; then
    kind=${kind%'?'}
    [[ -z ${!name+set} ]] && continue
  fi
  if [[ -z $value ]]; then
    problems+=("$name is empty: unset it, or give it a value (${examples[$kind]})")
  elif [[ ! $value =~ ${forms[$kind]} ]]; then
    # What a secret holds is nobody's business in a log.
    if [[ $name == *PASSWORD ]]; then shown='its value'; else shown="\"$value\""; fi
    problems+=("$name: $shown is malformed: expected ${examples[$kind]}")
  fi
  variables+="\${$name} "
done </etc/tickwatch/settings.txt

if ((${#problems[@]})); then
  printf 'postgres: refusing to start:\n' >&2
  printf '  %s\n' "${problems[@]}" >&2
  exit 64
fi

envsubst "$variables" </etc/tickwatch/postgresql.conf.template >"$conf"
envsubst "$variables" </etc/tickwatch/pg_hba.conf.template >/var/run/postgresql/pg_hba.conf
if ! complaint=$(postgres -D /var/run/postgresql -c config_file="$conf" -C shared_buffers 2>&1 >/dev/null); then
  printf 'postgres: refusing to start: PostgreSQL itself rejects a value:\n%s\n' "$complaint" >&2
  exit 64
fi

if [[ ${REPLICATE_FROM-} ]]; then
  exec follow.sh "$REPLICATE_FROM" "$conf" "$@"
fi

# At every start, passwords in the environment become the roles' passwords: changing one needs no SQL.
# Only the final server listens on TCP, the one that sets up a new cluster does not.
apply_roles() {
  until [[ $(psql --no-psqlrc --username "$POSTGRES_USER" --dbname template1 -Atc 'SHOW listen_addresses' 2>/dev/null) ]]; do
    sleep 0.2
  done
  if psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --file /docker-entrypoint-initdb.d/init.sql >/dev/null; then
    touch /var/run/postgresql/roles-applied
  else
    echo 'postgres: the roles could not be brought up to date; the container stays unhealthy' >&2
  fi
}
rm -f /var/run/postgresql/roles-applied
apply_roles &

exec docker-entrypoint.sh "$@" -c config_file="$conf"
