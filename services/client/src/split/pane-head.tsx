import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import type { StockRow } from '../board/stock-row.ts';
import { nowMs } from '../clock.ts';
import { percentText, priceText, signedText } from '../format/number-text.ts';
import { ageText } from '../format/time-text.ts';
import { playedMicros } from '../moment/moment.ts';
import type { StockName } from '../stock/candle-source.ts';
import { useFrame } from '../ui/use-frame.ts';
import { PaneTools } from './pane-tools.tsx';
import type { Pane, SplitPage } from './split-page.ts';
import { StockChooser } from './stock-chooser.tsx';

interface Props {
  readonly pane: Pane;
  readonly page: SplitPage;
  readonly name: StockName;
  readonly exchanges: readonly string[];
  readonly row: StockRow | undefined;
  readonly market: Market;
}

/** Which stock, its latest price and whether that is live; the name is where another one is chosen. */
export function PaneHead({ pane, page, name, exchanges, row, market }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const changing = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const changed = useRef(page.changed === pane.id);
  useEffect(() => {
    // The field for another name has taken the focus, and leaves it to the name.
    if (changed.current && !changing.value) button.current?.focus();
    changed.current = changing.value;
  }, [changing.value]);
  const touch = useFrame(() => paint(root.current, row, market));
  useEffect(() => {
    touch();
    return market.onChange(touch);
  }, [row, market]);
  const where = name.exchange ?? (exchanges.length > 1 ? `${exchanges.length} exchanges` : exchanges[0]);
  return (
    <div class="pane-head" ref={root}>
      {changing.value ? (
        <StockChooser
          market={market}
          stock={name.stock}
          choose={(stock) => page.change(pane, { stock, exchange: undefined })}
          cancel={() => {
            changing.value = false;
          }}
        />
      ) : (
        <button
          type="button"
          class="pane-name"
          ref={button}
          title="Show another stock here"
          aria-label={`${name.stock}: show another stock here`}
          onClick={() => {
            changing.value = true;
          }}
        >
          {name.stock}
        </button>
      )}
      {where !== undefined && (
        <span class="exchange" title={exchanges.length > 1 ? `The price is that of ${row?.exchange}` : undefined}>
          {where}
        </span>
      )}
      <b data-pane="price">–</b>
      <span data-pane="change" class="day-change" />
      <span data-pane="age" class="pane-age" />
      <PaneTools pane={pane} page={page} market={market} />
    </div>
  );
}

function paint(root: HTMLElement | null, row: StockRow | undefined, market: Market): void {
  if (root === null) return;
  const played = playedMicros();
  const now = nowMs() * 1000;
  // A price that came after the moment that is shown is none of it.
  if (row === undefined || Number.isNaN(row.price) || row.time > (played ?? row.time)) {
    write(root, { price: '–' });
    root.classList.remove('gains', 'loses');
    delete root.dataset.freshness;
    return;
  }
  const { change, changeRatio } = row;
  const freshness = market.freshness(row, now);
  const age = row.ageSeconds(now);
  const isLive = freshness === 'live' && played === undefined;
  write(root, {
    price: priceText(row.price, row.digits),
    change:
      change === undefined
        ? ''
        : signedText(change, row.digits) + (changeRatio === undefined ? '' : ` ${percentText(changeRatio)}`),
    age: isLive ? 'live' : `${ageText(age)} ago${freshness === 'closed' ? ' · closed' : ''}`,
  });
  root.classList.toggle('gains', (change ?? 0) > 0);
  root.classList.toggle('loses', (change ?? 0) < 0);
  root.dataset.freshness = freshness;
}

function write(root: HTMLElement, texts: Readonly<Record<string, string>>): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-pane]')) {
    const text = texts[element.dataset.pane ?? ''] ?? '';
    if (element.textContent !== text) element.textContent = text;
  }
}
