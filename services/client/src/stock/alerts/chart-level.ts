import { type AlertDirection, type AlertRule, parseTime } from '@tickwatch/core';

/** A price that a rule watches, as a chart draws it. */
export interface ChartLevel {
  readonly rule: string;
  readonly name: string;
  /** With all its digits, as the rule has it. */
  readonly text: string;
  readonly price: number;
  readonly direction: AlertDirection;
  /** It fires nothing for now. */
  readonly rests: boolean;
}

export const DIRECTION_SIGNS: Readonly<Record<AlertDirection, string>> = { up: '▲', down: '▼', either: '↕' };
const SIDES: Readonly<Record<AlertDirection, string>> = {
  ...{ up: 'from below', down: 'from above', either: 'from either side' },
};

/**
 * The levels that are watched, from the highest to the lowest.
 * @param moment what the page shows, epoch µs: of rules that were made or changed later nothing is known there
 */
export function levelsOf(rules: readonly AlertRule[], moment = Number.POSITIVE_INFINITY): readonly ChartLevel[] {
  return rules
    .flatMap((rule) => {
      const { condition, state } = rule;
      if (condition.type !== 'price_crosses' || !(state === 'watching' || state === 'snoozed')) return [];
      if ((parseTime(rule.changed) ?? 0) > moment) return [];
      const text = String(condition.level);
      const { direction } = condition;
      return [{ rule: rule.id, name: rule.name, text, price: Number(text), direction, rests: state === 'snoozed' }];
    })
    .toSorted((a, b) => b.price - a.price);
}

/** `“AAPL above 230” watches 230.5 from below`. */
export function levelText({ name, text, direction, rests }: ChartLevel): string {
  return `“${name}” watches ${text} ${SIDES[direction]}${rests ? '; it is snoozed' : ''}`;
}
