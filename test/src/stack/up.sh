#!/usr/bin/env bash
# Starts the stack as it stands, as anyone would, and waits until every container is healthy. What a run of the tests with
# compose.scale.yaml left is taken away.
set -euo pipefail
cd "$(dirname "$0")/../../.."
docker compose up --build -d --remove-orphans
docker compose up -d --wait --wait-timeout "${WAIT_SECONDS:-180}"
docker compose ps
