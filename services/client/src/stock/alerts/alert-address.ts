import { newRuleAddress } from '../../alerts/new-rule-address.ts';
import { fractionDigits } from '../../format/number-text.ts';
import type { ChartController } from '../chart-controller.ts';
import { directionTo } from './level-at.ts';

/** The form of an alert at a level of a chart's stock, filled in. @param level decimal digits */
export function alertAddress({ name, model }: ChartController, level: string): string {
  return newRuleAddress({ ...name, level, direction: directionTo(Number(level), model.window.bars.at(-1)?.close) });
}

/** As {@link alertAddress}, at the close of the candle under the crosshair, else of the newest; undefined: there is none. */
export function alertHere(controller: ChartController): string | undefined {
  const close = controller.legend.peek()?.bar.close;
  return close === undefined ? undefined : alertAddress(controller, close.toFixed(fractionDigits(close)));
}
