#!/bin/sh
# Grafana keeps the admin's password of its first start. One of one's own in the environment counts at every start, as
# it does for PostgreSQL's roles; while it is the default, what was set by hand stays.
set -eu
if [ "$GF_SECURITY_ADMIN_PASSWORD" != admin ] && [ -s "${GF_PATHS_DATA:-/var/lib/grafana}/grafana.db" ]; then
  if ! said=$(printf '%s\n' "$GF_SECURITY_ADMIN_PASSWORD" | grafana cli admin reset-admin-password --password-from-stdin 2>&1); then
    printf 'grafana: refusing to start: the admin did not get the password of GRAFANA_ADMIN_PASSWORD:\n%s\n' "$said" >&2
    exit 64
  fi
fi
# The image's own start, or the program itself where an image has none.
if [ -x /run.sh ]; then exec /run.sh "$@"; fi
exec grafana "$@"
