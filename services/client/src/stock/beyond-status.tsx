import { countText, priceText } from '../format/number-text.ts';
import type { ChartController } from './chart-controller.ts';
import type { Beyond } from './price-bounds.ts';

interface Props {
  readonly controller: ChartController;
}

/** What arrows at the edges show, in words. */
export function BeyondStatus({ controller }: Props) {
  const { above, below } = controller.scale;
  return (
    <span class="unseen" role="status">
      {beyondText(above.value, below.value, controller.digits.value)}
    </span>
  );
}

/** `2 candles beyond the top, up to 1,000.00`. */
function beyondText(above: Beyond | undefined, below: Beyond | undefined, digits: number): string {
  const candles = (count: number): string => `${countText(count)} ${count === 1 ? 'candle' : 'candles'}`;
  return [
    above && `${candles(above.count)} beyond the top, up to ${priceText(above.price, digits)}`,
    below && `${candles(below.count)} beyond the bottom, down to ${priceText(below.price, digits)}`,
  ]
    .filter((text) => text !== undefined)
    .join('; ');
}
