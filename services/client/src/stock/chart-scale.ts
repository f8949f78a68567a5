import { batch, computed, type Signal, signal } from '@preact/signals';
import { priceText } from '../format/number-text.ts';
import type { ChartChoices, PriceScale } from './chart-choices.ts';
import type { Beyond } from './price-bounds.ts';

/** What drawing has found about the prices in view. */
export interface ScaleReport {
  /** Some bars leave next to no height to the others. */
  readonly squashed: boolean;
  /** Bars that are drawn beyond an edge, as only the usual ones have to fit. */
  readonly above: Beyond | undefined;
  readonly below: Beyond | undefined;
}

/** How a chart's prices become heights: what was chosen, what is possible, and what it leaves out. */
export class ChartScale {
  readonly choices: Pick<ChartChoices, 'scale' | 'fit' | 'compare'>;
  /** The lowest price that is loaded; undefined: none is. */
  readonly lowest = signal<number | undefined>(undefined);
  readonly squashed = signal(false);
  readonly above: Signal<Beyond | undefined> = signal(undefined);
  readonly below: Signal<Beyond | undefined> = signal(undefined);
  /** Why neither a logarithm nor a percentage can be shown; undefined: both can. */
  readonly linearOnly = computed(() => {
    const lowest = this.lowest.value;
    return lowest === undefined || lowest > 0
      ? undefined
      : `Log and % need prices above 0; the lowest one here is ${priceText(lowest, 2)}`;
  });
  /** The scale that is drawn. */
  readonly effective = computed<PriceScale>(() => {
    if (this.linearOnly.value !== undefined) return 'linear';
    // Prices of different stocks have nothing but their changes in common.
    return this.choices.compare.value.length > 0 ? 'percent' : this.choices.scale.value;
  });

  constructor(choices: Pick<ChartChoices, 'scale' | 'fit' | 'compare'>) {
    this.choices = choices;
  }

  /** Chooses a scale, or the linear one again when that is chosen already. */
  toggle(scale: PriceScale): void {
    const { choices } = this;
    if (this.linearOnly.peek() === undefined) choices.scale.value = choices.scale.peek() === scale ? 'linear' : scale;
  }

  toggleFit(): void {
    const { fit } = this.choices;
    fit.value = fit.peek() === 'usual' ? 'all' : 'usual';
  }

  report({ squashed, above, below }: ScaleReport): void {
    batch(() => {
      this.squashed.value = squashed;
      if (!isSame(this.above.peek(), above)) this.above.value = above;
      if (!isSame(this.below.peek(), below)) this.below.value = below;
    });
  }
}

function isSame(a: Beyond | undefined, b: Beyond | undefined): boolean {
  return a?.count === b?.count && a?.price === b?.price;
}
