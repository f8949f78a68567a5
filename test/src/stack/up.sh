#!/usr/bin/env bash
# Starts the stack as it stands, as anyone would, and waits until every container is healthy.
set -euo pipefail
cd "$(dirname "$0")/../../.."
docker compose up --build -d
docker compose up -d --wait --wait-timeout "${WAIT_SECONDS:-180}"
docker compose ps
