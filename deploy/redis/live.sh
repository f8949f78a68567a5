#!/bin/sh
# Gives the one user of Centrifugo's nodes its password from the environment and its rights, and hands over to the
# image's entrypoint.
set -eu
users=/tmp/users.acl

for name in REDISCLI_AUTH REDIS_CENTRIFUGO_PASSWORD; do
  eval "value=\${$name-}"
  if [ "$name" = REDISCLI_AUTH ]; then name=REDIS_LIVE_PASSWORD; fi
  case $value in
    '' | *[!A-Za-z0-9._~-]*)
      echo "redis-live: refusing to start: $name has to be letters, digits and . _ ~ - only" >&2
      exit 64
      ;;
  esac
done

# The default user is the operator's, who types redis-cli in this container. The nodes' commands are those of their
# engine's scripts, on keys and channels of their prefix.
connect='+ping +client|setname +client|setinfo +cluster|shards +eval +evalsha +expire +del'
channels='+publish +subscribe +unsubscribe'
history='+xadd +xrange +xrevrange +hget +hset +hmget +hincrby'
presence='+hdel +hexists +hgetall +hlen +zadd +zrem +zrangebyscore +zremrangebyscore'
umask 077
cat >"$users" <<END
user default on >$REDISCLI_AUTH ~* &* +@all
user centrifugo on >$REDIS_CENTRIFUGO_PASSWORD ~centrifugo.* &centrifugo.* -@all $connect $channels $history $presence
END

exec docker-entrypoint.sh redis-server /etc/redis/live.conf --aclfile "$users"
