#!/usr/bin/env bash
# Fuzzes the API from its own OpenAPI document (schemathesis, from PyPI, in a virtual environment of its own): no 500,
# no answer outside its schema, no undocumented status or type, no unknown parameter that is passed over. More: bash test/src/fuzz-api/run.sh --max-examples 1000
set -euo pipefail
cd "$(dirname "$0")/../../.."

work=$(mktemp -d)
server=
cleanup() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT

venv=${FUZZ_VENV:-$PWD/node_modules/.cache/tickwatch-fuzz}
if [[ ! -x $venv/bin/schemathesis ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'schemathesis>=4.3,<5'
fi

# The fuzzer is the administrator of this server: what changes something is fuzzed too.
export ADMIN_TOKEN=token-of-the-fuzzer
node --import tsx test/src/fuzz-api/serve.ts >"$work/address" &
server=$!
for _ in $(seq 600); do
  [[ -s $work/address ]] && break
  kill -0 "$server" 2>/dev/null || { echo 'the backend did not start' >&2; exit 1; }
  sleep 0.1
done
address=$(head -n 1 "$work/address")

node --import tsx test/src/fuzz-api/unknown-parameters.ts "$address" "${FUZZ_SEED:-1}"

# Wrong parameters are answered 422, also some that the document can't tell from right ones (a time like "2026-02-30").
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,response_schema_conformance,unsupported_method,allow_header_conformance
cd "$work"
"$venv/bin/schemathesis" run "$address/api/openapi.json" --checks "$checks" --max-examples 40 --seed 1 \
  --header "Authorization: Bearer $ADMIN_TOKEN" --phases examples,coverage,fuzzing --suppress-health-check all --warnings off --no-shrink --request-timeout 20 "$@"
