"""The usual solution of the exercise, as a peer to measure against: one HTTP POST a tick, executemany every 5 s.

Arguments: redis port, database DSN, live API URL. Prints a JSON line for each batch it stores.
"""

import json
import re
import sys
import time
from datetime import datetime, timezone

import psycopg2
import redis
import requests

FLUSH_SECONDS = 5
MESSAGE = re.compile(r"^(.*):\(([^,]+), ([^)]+)\)$")

redis_port, dsn, live_url = sys.argv[1:4]
database = psycopg2.connect(dsn)
listener = redis.Redis(port=int(redis_port)).pubsub()
listener.subscribe("NASDAQ", "NYSE")

rows = []
last_flush = time.monotonic()
while True:
    message = listener.get_message(timeout=0.1)
    if message is not None and message["type"] == "message":
        exchange = message["channel"].decode()
        found = MESSAGE.match(message["data"].decode())
        stock, price, stamp = found.group(1), float(found.group(2)), float(found.group(3))
        moment = datetime.fromtimestamp(stamp, timezone.utc)
        rows.append((moment, stock, exchange, price))
        tick = {"stock_name": stock, "price": price, "timestamp": moment.isoformat()}
        requests.post(live_url, json={"channel": exchange, "data": tick}, headers={"X-API-Key": "key"}, timeout=5)
    if time.monotonic() - last_flush >= FLUSH_SECONDS and rows:
        began = time.monotonic()
        with database, database.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price) VALUES (%s, %s, %s, %s)", rows
            )
        print(json.dumps({"rows": len(rows), "seconds": time.monotonic() - began}), flush=True)
        rows = []
        last_flush = time.monotonic()
