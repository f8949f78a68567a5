#!/bin/sh
# Healthy: the roles have this start's passwords, which is so of the final server alone, and it answers. Over the
# socket: a superuser that came by network would be refused, and each time the log would say so.
[ -e /var/run/postgresql/roles-applied ] && pg_isready --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"
