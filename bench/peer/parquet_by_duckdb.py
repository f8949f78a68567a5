"""DuckDB beside sealed days. Reads commands from stdin, one JSON object a line, and answers each with one.

{"do": "write", "csv": PATH, "parquet": PATH}: sorted by stock and time, as small as DuckDB makes it -> {"bytes", "rows"}
{"do": "scan", "parquet": PATH, "stock": NAME}: all ticks of a stock, added up -> {"seconds", "count", "prices", "times"}
"""
import json
import os
import sys
import time

import duckdb

# Deltas instead of a dictionary, which takes a quarter more; level 22 is zstd's last.
SMALLEST = "FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 22, DICTIONARY_SIZE_LIMIT 1"
COLUMNS = "{'timestamp': 'BIGINT', 'stock': 'VARCHAR', 'exchange': 'VARCHAR', 'price': 'DECIMAL(18,2)'}"

connection = duckdb.connect()


def write(csv, parquet):
    # The rows' order is the file's.
    connection.execute(
        f"""COPY (SELECT make_timestamptz("timestamp") AS "timestamp", stock, exchange, price
                    FROM read_csv('{csv}', header=false, columns={COLUMNS}) ORDER BY stock, "timestamp")
            TO '{parquet}' ({SMALLEST})"""
    )
    rows = connection.execute(f"SELECT count(*) FROM '{parquet}'").fetchone()[0]
    return {"bytes": os.path.getsize(parquet), "rows": rows}


def scan(parquet, stock):
    started = time.perf_counter()
    count, prices, times = connection.execute(
        f"""SELECT count(*), sum(price), sum(epoch_us("timestamp")) FROM '{parquet}' WHERE stock = ?""", [stock]
    ).fetchone()
    return {"seconds": time.perf_counter() - started, "count": count, "prices": str(prices), "times": str(times)}


for line in sys.stdin:
    command = json.loads(line)
    print(json.dumps({"write": write, "scan": scan}[command.pop("do")](**command)), flush=True)
