#!/usr/bin/env bash
# A replica: copies the primary into an empty data folder, and follows it from then on. start.sh rendered its settings.
# follow.sh PRIMARY CONFIGURATION postgres…
set -euo pipefail
primary=$1 conf=$2
shift 2

# By it the primary knows how far this replica is, and keeps what it has not read yet (max_slot_wal_keep_size).
slot=${REPLICATION_SLOT:-postgres_replica}
login="host=$primary user=tickwatch_replica"
export PGPASSWORD=$TICKWATCH_REPLICA_PASSWORD

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  # What a copy that was broken off left behind.
  find "$PGDATA" -mindepth 1 -delete
  # One that an earlier replica left may have been given up. One in use can't be dropped, and then can't be made.
  pg_receivewal --dbname "$login" --drop-slot --slot "$slot" 2>/dev/null || true
  pg_receivewal --dbname "$login" --create-slot --slot "$slot"
  # PG_VERSION is in its place when all the rest is.
  pg_basebackup --dbname "$login" --pgdata "$PGDATA/copy" --wal-method stream --slot "$slot" --checkpoint fast
  touch "$PGDATA/copy/standby.signal"
  mv "$PGDATA/copy/PG_VERSION" "$PGDATA/copy/version"
  find "$PGDATA/copy" -mindepth 1 -maxdepth 1 -exec mv -t "$PGDATA" {} +
  rmdir "$PGDATA/copy"
  chmod 700 "$PGDATA"
  mv "$PGDATA/version" "$PGDATA/PG_VERSION"
  echo "postgres: a copy of $primary is made"
fi

# Rendered at each start, so that a changed password counts. A replica that was promoted has no standby.signal any more,
# stays what it is now, and reads none of it.
{
  echo "primary_conninfo = '$login password=$PGPASSWORD application_name=$slot'"
  echo "primary_slot_name = '$slot'"
} >>"$conf"
unset PGPASSWORD

# The roles are the primary's: there is nothing to bring up to date.
touch /var/run/postgresql/roles-applied
exec docker-entrypoint.sh "$@" -c config_file="$conf"
