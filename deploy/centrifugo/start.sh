#!/bin/sh
# Centrifugo with the exchanges of EXCHANGES, their boards, the lanes of those that have several by LANES, and "alerts" as its
# channels, and no others.
set -eu

NAME='[A-Za-z0-9][A-Za-z0-9._-]{0,31}'
COUNT='0{0,2}[1-9]|0?[1-5][0-9]|0?6[0-4]'
EXCHANGES=${EXCHANGES:-NASDAQ,NYSE}
LANES=${LANES:-1}

# list TEXT: with nothing around its commas and colons.
list() { printf '%s' "$1" | tr '\n\t' '  ' | sed 's/ *\([,:]\) */\1/g; s/^ *//; s/ *$//'; }

refuse() {
  echo "centrifugo: refusing to start: $*" >&2
  exit 1
}

names=$(list "$EXCHANGES")
printf '%s\n' "$names" | grep -qxE "$NAME(,$NAME)*" ||
  refuse "EXCHANGES is \"$EXCHANGES\"; it is a list like NASDAQ,NYSE,LSE:" \
    'names of letters, digits, dots, dashes and underscores, 32 at most, with commas between'

case ",$names," in
*,alerts,*)
  refuse "EXCHANGES is \"$EXCHANGES\"; alerts is the channel of what rules fire, and no exchange can have its name"
  ;;
esac

lanes=$(list "$LANES")
printf '%s\n' "$lanes" | grep -qxE "($COUNT)|$NAME:($COUNT)(,$NAME:($COUNT))*" ||
  refuse "LANES is \"$LANES\"; it is a number from 1 to 64 for all exchanges, or one for each, as in NASDAQ:4,NYSE:2"

# count EXCHANGE: how many lanes it has.
count() {
  case $lanes in
  *:*) found=$(printf '%s\n' "$lanes" | tr ',' '\n' | sed -n "s/^$(escaped "$1"):0*//p") ;;
  *) found=$(printf '%s' "$lanes" | sed 's/^0*//') ;;
  esac
  echo "${found:-1}"
}

# Of all these characters only the dot means something else in an expression.
escaped() { printf '%s' "$1" | sed 's/\./\\./g'; }

any=$(escaped "$names" | tr ',' '|')
several=
for exchange in $(printf '%s' "$names" | tr ',' ' '); do
  of=$(count "$exchange")
  [ "$of" -gt 1 ] || continue
  several="$several${several:+|}$(escaped "$exchange")/($(seq -s '|' 0 $((of - 1))))"
done

export CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_CHANNEL_REGEX="^($any|alerts)\$"
export CENTRIFUGO_CHANNEL_NAMESPACES_BOARD_CHANNEL_REGEX="^($any)\$"
# Where no exchange has several lanes nothing matches: no text has its beginning after an x.
export CENTRIFUGO_CHANNEL_NAMESPACES_LANE_CHANNEL_REGEX="${several:+^($several)\$}"
[ -n "$several" ] || export CENTRIFUGO_CHANNEL_NAMESPACES_LANE_CHANNEL_REGEX='x^'
exec centrifugo --config /centrifugo/config.json
