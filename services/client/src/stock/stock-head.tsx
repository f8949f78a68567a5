import { useEffect, useRef } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import type { StockRow } from '../board/stock-row.ts';
import { nowMs } from '../clock.ts';
import { percentText, priceText, signedText } from '../format/number-text.ts';
import { ageText, clockText } from '../format/time-text.ts';
import { playedMicros } from '../moment/moment.ts';
import { zone } from '../settings.ts';
import { Loadable } from '../ui/load-module.ts';
import { useQuiet } from '../ui/quiet.ts';
import { useFrame } from '../ui/use-frame.ts';
import { useLoaded } from '../ui/use-loaded.ts';

interface Props {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly row: StockRow | undefined;
  readonly market: Market;
}

const marks = new Loadable(async () => (await import('../lists/stock-marks.tsx')).StockMarks);

/** Name, latest price and change; painted straight into the elements, once per frame. */
export function StockHead({ stock, exchange, row, market }: Props) {
  const root = useRef<HTMLElement>(null);
  // The price comes first.
  const Marks = useLoaded(marks, useQuiet(true));
  const touch = useFrame(() => paintHead(root.current, row, market));
  useEffect(() => {
    touch();
    return market.onChange(touch);
  }, [row, market]);
  return (
    <header class="stock-head" ref={root}>
      <div class="stock-name">
        <a href="/" class="back" aria-label="Back to the board">
          ←
        </a>
        <h1>{stock}</h1>
        <span class="stock-marks">{Marks !== undefined && <Marks stock={stock} />}</span>
        <span class="exchange">{row?.exchange ?? exchange ?? ''}</span>
      </div>
      <p class="stock-price">
        <i data-head="sign" class="sign" />
        <b data-head="price">–</b>
        <span data-head="change" class="day-change" />
      </p>
      <p class="stock-time" data-head="time" />
    </header>
  );
}

function paintHead(root: HTMLElement | null, row: StockRow | undefined, market: Market): void {
  if (root === null) return;
  const now = nowMs() * 1000;
  // A price that came after the moment that is shown is none of it.
  const isKnown = row !== undefined && !Number.isNaN(row.price) && !(row.time > (playedMicros() ?? row.time));
  if (!isKnown) {
    write(root, { price: '–' });
    root.classList.remove('went-up', 'went-down', 'gains', 'loses', 'stale');
    return;
  }
  const { change, changeRatio } = row;
  const age = row.ageSeconds(now);
  const freshness = market.freshness(row, now);
  write(root, {
    sign: row.direction > 0 ? '▲' : row.direction < 0 ? '▼' : '·',
    price: priceText(row.price, row.digits),
    change:
      change === undefined
        ? ''
        : signedText(change, row.digits) + (changeRatio === undefined ? '' : `  ${percentText(changeRatio)}`),
    time: `${clockText(zone.peek(), row.time, 3)} · ${age < 1 ? 'now' : `${ageText(age)} ago`}${freshness === 'closed' ? ' · closed' : ''}`,
  });
  root.classList.toggle('went-up', row.direction > 0);
  root.classList.toggle('went-down', row.direction < 0);
  root.classList.toggle('gains', (change ?? 0) > 0);
  root.classList.toggle('loses', (change ?? 0) < 0);
  root.classList.toggle('stale', freshness === 'stale');
}

function write(root: HTMLElement, texts: Readonly<Record<string, string>>): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-head]')) {
    const text = texts[element.dataset.head ?? ''] ?? '';
    if (element.textContent !== text) element.textContent = text;
  }
}
