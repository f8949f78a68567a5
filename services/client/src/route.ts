/** What an address leads to. */
export type Route =
  | { readonly view: 'board' }
  | { readonly view: 'stock'; readonly stock: string }
  | { readonly view: 'split' }
  | { readonly view: 'history' }
  | { readonly view: 'system' }
  | { readonly view: 'alerts' }
  | { readonly view: 'nothing'; readonly path: string };

/** Which view an address shows. Slashes at its end change nothing. */
export function routeOf(path: string, query: URLSearchParams): Route {
  const whole = path.replace(/\/+$/, '');
  if (whole === '' || whole === '/index.html') return { view: 'board' };
  if (whole === '/split') return { view: 'split' };
  if (whole === '/history') return { view: 'history' };
  if (whole === '/system') return { view: 'system' };
  if (whole === '/alerts') return { view: 'alerts' };
  const named = query.get('name');
  if (whole === '/stock' && named !== null && named !== '') return { view: 'stock', stock: named };
  const written = /^\/stock\/([^/]+)$/.exec(whole)?.[1];
  return written === undefined ? { view: 'nothing', path } : { view: 'stock', stock: decoded(written) };
}

/**
 * Names that a path can't carry: browsers take `.` and `..` for steps between folders however they are written, and proxies
 * take slashes apart and refuse control characters.
 */
const NOT_IN_PATHS = /^\.{1,2}$|[/\\\p{Cc}]/u;

/** The address of a stock's page, with what else it is to hold. */
export function stockAddress(
  stock: string,
  exchange?: string,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams();
  const inPath = !NOT_IN_PATHS.test(stock);
  if (!inPath) query.set('name', stock);
  for (const [name, value] of Object.entries({ exchange, ...more })) if (value !== undefined) query.set(name, value);
  const text = query.toString();
  return `/stock/${inPath ? encodeURIComponent(stock) : ''}${text === '' ? '' : `?${text}`}`;
}

/** A part of an address as text; what was typed by hand and is no such part stands for itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // As in 100%.
    return text;
  }
}
