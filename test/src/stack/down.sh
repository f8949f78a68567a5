#!/usr/bin/env bash
# Stops the stack and forgets its data; `LOGS=FOLDER down.sh` keeps the containers' logs there first.
set -euo pipefail
cd "$(dirname "$0")/../../.."
if [[ ${LOGS:-} ]]; then
  mkdir -p "$LOGS"
  for name in $(docker compose config --services); do
    docker compose logs --no-log-prefix "$name" >"$LOGS/$name.log" 2>&1 || true
  done
fi
docker compose down --volumes
