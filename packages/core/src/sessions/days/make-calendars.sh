#!/usr/bin/env bash
# Makes the calendars from their package, in a virtual environment of its own: npm run calendars (-- --check: compares).
set -euo pipefail
cd "$(dirname "$0")"
if [[ " $* " == *" --help "* || " $* " == *" -h "* ]]; then
  cat <<'USAGE'
npm run calendars [-- --check]

Makes the calendars of exchanges from the package exchange-calendars, in a virtual environment of its own (python3, PyPI).

  --check   writes nothing, and fails when a calendar is not what the package says

Examples:
  npm run calendars
  npm run calendars -- --check
USAGE
  exit 0
fi
venv=../../../../../node_modules/.cache/tickwatch-calendars
if [[ ! -d $venv/lib ]] || ! "$venv/bin/python" -c 'import exchange_calendars' 2>/dev/null; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'exchange-calendars==4.13.2'
fi
exec "$venv/bin/python" make-calendars.py "$@"
