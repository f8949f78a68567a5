"""Runs the README's lines for analysts on a server, and sums up the prices by the same tools: JSON, one line each.

run_lines.py ORIGIN < the block of the README
"""

import json
import re
import sys
import time
from decimal import Decimal

from duckdb_extensions import import_extension

started = time.monotonic()
origin = sys.argv[1]
block = sys.stdin.read().replace("http://localhost:8080", origin)
import_extension("httpfs")


def row_of(answer):
    """The one row of an answer, whichever tool gave it."""
    kind = type(answer).__module__.split(".")[0]
    if kind in ("duckdb", "_duckdb"):
        return answer.fetchone()
    if kind == "polars":
        return answer.row(0)
    return tuple(answer)


def tell(what, row):
    average, count = row
    seconds = round(time.monotonic() - started, 2)
    print(json.dumps({"line": what, "average": str(average), "count": int(count), "seconds": seconds}), flush=True)


known = {}
for line in block.strip().splitlines():
    if line.startswith(("import ", "url =")):
        exec(line, known)
    elif line and not line.startswith("#"):
        tell(line, row_of(eval(line, known)))

# The same once more, exactly: doubles have 15 digits.
duckdb, pandas, polars, url = (known[name] for name in ("duckdb", "pandas", "polars", "url"))
arrow = re.sub("parquet", "arrow", url)
# The same ticks as those of one stock among all; each of them has a number.
ticks = f"{origin}/api/ticks?stocks=AAPL&format=parquet"
sums = {
    "duckdb": lambda: duckdb.sql(f"SELECT sum(price), count(*) FROM read_parquet('{url}')").fetchone(),
    "pandas": lambda: (lambda price: (sum(price, Decimal(0)), len(price)))(pandas.read_parquet(url).price),
    "pandas, Arrow": lambda: (lambda price: (sum(price, Decimal(0)), len(price)))(pandas.read_feather(arrow).price),
    "polars": lambda: polars.read_parquet(url).select(polars.col("price").sum(), polars.len()).row(0),
    "duckdb, of all stocks": lambda: duckdb.sql(
        f"SELECT sum(price), count(seq) FROM read_parquet('{ticks}') WHERE stock_name = 'AAPL'"
    ).fetchone(),
    "pandas, of all stocks": lambda: (lambda all: (sum(all.price, Decimal(0)), all.seq.count()))(pandas.read_parquet(ticks)),
    "polars, of all stocks, Arrow": lambda: polars.read_ipc(ticks.replace("parquet", "arrow"))
    .select(polars.col("price").sum(), polars.col("seq").count())
    .row(0),
    "polars, Arrow": lambda: polars.read_ipc(arrow).select(polars.col("price").sum(), polars.len()).row(0),
}
for tool, ask in sums.items():
    tell(f"sum by {tool}", ask())
