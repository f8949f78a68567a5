import { parseAfter, type TailSource } from '@tickwatch/core';
import { type Route, send } from '@tickwatch/runtime';

/** What the backend asks for on the private network; nginx does not lead here. */
export function privateRoutes(tail: TailSource, ledger: () => string): Readonly<Record<string, Route>> {
  return {
    '/tail': async (_request, response, url) => {
      const after = parseAfter(url.searchParams.get('after') ?? '');
      if (after === undefined) {
        const title = 'the parameter after must look like NASDAQ/0:123,NYSE/0:456';
        send(response, 422, JSON.stringify({ title, status: 422, parameter: 'after' }));
        return;
      }
      send(response, 200, JSON.stringify(await tail.tail(url.searchParams.get('stock_name') ?? undefined, after)));
    },
    '/ledger': (_request, response) => send(response, 200, ledger()),
  };
}
