import type { AlertConditionType, AlertDirection } from '@tickwatch/core';
import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { readDecimal } from './draft-condition.ts';
import type { RuleDraft } from './rule-draft.ts';

/** What an address of this view shows: the list, or the form of a rule. */
export interface AlertsAddress {
  /** `new`: the form of a new rule, filled in with `begun`; a text: that of the rule of this id. */
  readonly form:
    | { readonly is: 'new'; readonly begun: Partial<RuleDraft> }
    | { readonly is: 'edit'; readonly id: string }
    | undefined;
  /** Only what is about this stock, and what this rule fired. */
  readonly stock: string | undefined;
  readonly rule: string | undefined;
  /** Only rules whose names hold this. */
  readonly name: string | undefined;
  readonly problems: readonly AddressProblem[];
}

const TYPES: readonly AlertConditionType[] = [
  'price_crosses',
  'price_moves',
  'new_extreme',
  'silent',
  'tick_rate',
  'hole',
  'outlier',
  'system',
];
const DIRECTIONS: readonly AlertDirection[] = ['up', 'down', 'either'];

export function readAlertsAddress(query: URLSearchParams): AlertsAddress {
  const reader = new AddressReader(query);
  const stock = query.get('stock') || undefined;
  const rule = query.get('rule') || undefined;
  const name = query.get('name') || undefined;
  const nothing = { stock: undefined, rule: undefined, name: undefined };
  const id = query.get('edit');
  if (id) {
    reader.refuseOthers(['edit']);
    return { form: { is: 'edit', id }, ...nothing, problems: reader.problems };
  }
  if (!query.has('new')) {
    reader.refuseOthers(['stock', 'rule', 'name', 'new', 'edit']);
    return { form: undefined, stock, rule, name, problems: reader.problems };
  }
  const begun = {
    type: query.get('new') === '' ? undefined : reader.choice('new', TYPES),
    direction: reader.choice('direction', DIRECTIONS),
    level: readLevel(query, reader),
    exchange: query.get('exchange') ?? undefined,
    stocks: stock === undefined ? undefined : [stock],
  };
  reader.refuseOthers(['new', 'stock', 'exchange', 'level', 'direction']);
  const given = Object.fromEntries(Object.entries(begun).filter(([, value]) => value !== undefined));
  return { form: { is: 'new', begun: given }, ...nothing, problems: reader.problems };
}

function readLevel(query: URLSearchParams, reader: AddressReader): string | undefined {
  const text = query.get('level');
  if (text === null) return undefined;
  const level = readDecimal(text, '.');
  if (level === undefined) reader.refuse('level', 'is not a price, as in 230.5');
  return level;
}
