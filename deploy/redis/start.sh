#!/bin/sh
# Gives each user of Redis its password from the environment and its rights, and hands over to the image's entrypoint.
set -eu
users=/tmp/users.acl

for name in REDISCLI_AUTH REDIS_PUBLISHER_PASSWORD REDIS_SUBSCRIBER_PASSWORD; do
  eval "value=\${$name-}"
  if [ "$name" = REDISCLI_AUTH ]; then name=REDIS_PASSWORD; fi
  case $value in
    '' | *[!A-Za-z0-9._~-]*)
      echo "redis: refusing to start: $name has to be letters, digits and . _ ~ - (it stands in connection URLs)" >&2
      exit 64
      ;;
  esac
done

# The default user is the operator's, who types redis-cli in this container. The services' commands are those that
# packages/feed runs; nothing else would be of use to them.
connect='+ping +select +client|setname +client|setinfo +client|id'
umask 077
cat >"$users" <<END
user default on >$REDISCLI_AUTH ~* &* +@all
user publisher on >$REDIS_PUBLISHER_PASSWORD ~ticks:* &* -@all $connect +publish +xadd +eval
user subscriber on >$REDIS_SUBSCRIBER_PASSWORD ~ticks:* &* -@all $connect +subscribe +unsubscribe +client|unblock +exists +memory|usage +xread +xrange +xinfo +xgroup +xlen +xtrim +eval +multi +exec +discard
END

exec docker-entrypoint.sh redis-server /etc/redis/redis.conf --aclfile "$users"
