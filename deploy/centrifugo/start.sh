#!/bin/sh
# Centrifugo with the exchanges of EXCHANGES and "alerts" as its channels, and no others.
set -eu

NAME='[A-Za-z0-9][A-Za-z0-9._-]{0,31}'
EXCHANGES=${EXCHANGES:-NASDAQ,NYSE}
names=$(printf '%s' "$EXCHANGES" | tr '\n\t' '  ' | sed 's/ *, */,/g; s/^ *//; s/ *$//')

if ! printf '%s\n' "$names" | grep -qxE "$NAME(,$NAME)*"; then
  echo "centrifugo: refusing to start: EXCHANGES is \"$EXCHANGES\"; it is a list like NASDAQ,NYSE,LSE:" \
    'names of letters, digits, dots, dashes and underscores, 32 at most, with commas between' >&2
  exit 1
fi

case ",$names," in
*,alerts,*)
  echo "centrifugo: refusing to start: EXCHANGES is \"$EXCHANGES\"; alerts is the channel of what rules fire," \
    'and no exchange can have its name' >&2
  exit 1
  ;;
esac

# Of all these characters only the dot means something else in an expression.
any=$(printf '%s' "$names" | sed 's/\./\\./g; s/,/|/g')
export CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_CHANNEL_REGEX="^($any|alerts)\$"
exec centrifugo --config /centrifugo/config.json
