/** A query as text, with the signs left readable that an address may have there: `AAPL:5m~MSFT`. */
export function queryText(query: URLSearchParams): string {
  return query.toString().replace(/%(?:7E|3A|40|2C)/g, decodeURIComponent);
}
