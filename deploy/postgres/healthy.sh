#!/bin/sh
# Healthy: the roles have this start's passwords, and the server answers over TCP (during the setup of a new
# cluster it answers on its socket only).
[ -e /var/run/postgresql/roles-applied ] && pg_isready --quiet --host 127.0.0.1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"
