#!/usr/bin/env bash
# Stops the stack and forgets its data; `LOGS=FOLDER down.sh` keeps the containers' logs there first.
set -euo pipefail
cd "$(dirname "$0")/../../.."
# Whatever was started: also what the last tests put over it.
export COMPOSE_FILE=compose.yaml:compose.scale.yaml
if [[ ${LOGS:-} ]]; then
  mkdir -p "$LOGS"
  for name in $(docker compose config --services); do
    docker compose logs --no-log-prefix "$name" >"$LOGS/$name.log" 2>&1 || true
  done
fi
docker compose down --volumes
