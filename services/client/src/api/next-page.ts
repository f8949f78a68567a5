/** Path of the page behind an answer, as its `Link` tells it; undefined: that was the last one. */
export function nextPath(headers: Headers): string | undefined {
  return /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
}

/** The cursor of that page. */
export function nextCursor(headers: Headers): string | undefined {
  const path = nextPath(headers);
  return path === undefined
    ? undefined
    : (new URLSearchParams(path.slice(path.indexOf('?'))).get('cursor') ?? undefined);
}
