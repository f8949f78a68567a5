import { useSignal } from '@preact/signals';
import { type PricePoint, parseTime } from '@tickwatch/core';
import { useEffect } from 'preact/hooks';
import { getJson } from '../api/http.ts';
import { nextCursor } from '../api/next-page.ts';
import { decimalText } from '../format/number-text.ts';
import { dateTimeText } from '../format/time-text.ts';
import { zoneLabel } from '../format/zone.ts';
import { rememberInAddress } from '../router.ts';
import { zone } from '../settings.ts';
import { ScrollArea } from '../ui/scroll-area.tsx';
import { boundTexts, type HistoryQuery } from './history-query.ts';

const PAGE_ROWS = 100;

interface Page {
  readonly rows: readonly PricePoint[];
  readonly next: string | undefined;
}

/** Every single price of the range, a page at a time, digits as they were received. */
export function PriceTable({ query }: { readonly query: HistoryQuery }) {
  const order = useSignal(query.order);
  /** The cursors of the pages before and the present one; undefined: the first page. */
  const path = useSignal<readonly (string | undefined)[]>(
    query.cursor === undefined ? [undefined] : [undefined, query.cursor],
  );
  const page = useSignal<(Page & { readonly key: string }) | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const cursor = path.value[path.value.length - 1];
  const key = `${order.value} ${cursor}`;
  // Until it is there, the page before is seen: what comes after that one is not what comes after this one.
  const isThere = page.value?.key === key;
  useEffect(() => {
    const abort = new AbortController();
    loadPage(query, order.value, cursor, abort.signal).then(
      (loaded) => {
        page.value = { ...loaded, key };
        failure.value = undefined;
      },
      (error: Error) => {
        if (!abort.signal.aborted) failure.value = error.message;
      },
    );
    rememberInAddress({ cursor, order: order.value === 'desc' ? 'desc' : undefined });
    return () => abort.abort();
  }, [key]);
  return (
    <section class="prices" aria-label="All prices">
      <div class="prices-head">
        <h2>Prices</h2>
        <button
          type="button"
          class="button"
          onClick={() => {
            path.value = [undefined];
            order.value = order.value === 'asc' ? 'desc' : 'asc';
          }}
        >
          {order.value === 'asc' ? 'Oldest first ↑' : 'Newest first ↓'}
        </button>
        <span class="pager">
          <button
            type="button"
            class="button"
            disabled={path.value.length < 2}
            onClick={() => {
              path.value = path.value.slice(0, -1);
            }}
          >
            ← Back
          </button>
          <span>Page {path.value.length}</span>
          <button
            type="button"
            class="button"
            disabled={!isThere || page.value?.next === undefined}
            onClick={() => {
              path.value = [...path.value, page.value?.next];
            }}
          >
            Next →
          </button>
        </span>
      </div>
      {failure.value !== undefined && (
        <p class="trouble" role="alert">
          The prices can’t be loaded: {failure.value}.{' '}
          {cursor !== undefined && (
            <button
              type="button"
              class="button"
              onClick={() => {
                path.value = [undefined];
              }}
            >
              To the first page
            </button>
          )}
        </p>
      )}
      <PriceRows
        rows={failure.value === undefined ? (page.value?.rows ?? []) : []}
        isBusy={failure.value === undefined && !isThere}
      />
    </section>
  );
}

function PriceRows({ rows, isBusy }: Pick<Page, 'rows'> & { readonly isBusy: boolean }) {
  return (
    <ScrollArea label="Prices">
      <table aria-busy={isBusy}>
        <thead>
          <tr>
            <th scope="col">Time ({zoneLabel(zone.value)})</th>
            {zone.value !== 'utc' && <th scope="col">UTC</th>}
            <th scope="col">Exchange</th>
            <th scope="col" class="number">
              Price
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const micros = parseTime(row.timestamp) ?? 0;
            return (
              <tr key={index}>
                <td>{dateTimeText(zone.value, micros, 6)}</td>
                {zone.value !== 'utc' && <td class="soft">{dateTimeText('utc', micros, 6)}</td>}
                <td class="soft">{row.exchange_name}</td>
                <td class="number">{decimalText(String(row.price))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}

async function loadPage(
  query: HistoryQuery,
  order: 'asc' | 'desc',
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const { body, headers } = await getJson<readonly PricePoint[]>(
    `/api/prices/${encodeURIComponent(query.stock)}`,
    { ...boundTexts(query), exchange: query.exchange, order, limit: PAGE_ROWS, cursor, decimals: 'string' },
    signal,
  );
  return { rows: body, next: nextCursor(headers) };
}
