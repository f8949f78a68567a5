import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { nowMs } from '../clock.ts';
import { zone } from '../settings.ts';
import type { KnownStock } from './known-stock.ts';
import { silenceText } from './silence.ts';

const EVERY_MS = 1000;

/** A sentence for a stock that has been silent for longer than a chart shows at first. */
export function SilenceNote({ known, market }: { readonly known: KnownStock; readonly market: Market }) {
  const text = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const look = (): void => {
      const last = known.lastTick();
      const [exchange] = known.exchanges.peek();
      const several = known.exchanges.peek().length !== 1;
      const now = nowMs();
      const closed = known.exchanges.peek().every((name) => market.hours.isClosed(name, now));
      const opensAt = exchange === undefined || several ? undefined : market.hours.opensAt(exchange, now);
      const shut = several ? 'where it is traded' : exchange;
      text.value =
        last === undefined ? undefined : silenceText(zone.value, { last, exchange: shut, closed, opensAt }, now / 1000);
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [known, market, zone.value]);
  return text.value === undefined ? null : (
    <p class="silence-note" role="status">
      {text.value}
    </p>
  );
}
