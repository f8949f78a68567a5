import type { Market } from '../board/market.ts';
import { percentText, priceText } from '../format/number-text.ts';
import { useRedrawEvery } from '../ui/use-redraw-every.ts';
import { readDecimal } from './draft-condition.ts';
import { TextField } from './field.tsx';
import type { RuleDraft } from './rule-draft.ts';
import type { PartProps } from './rule-form.tsx';

/** A price, with how far it is from what the stock costs now. */
export function LevelField({ draft, change, faultOf, market }: PartProps & { readonly market: Market }) {
  useRedrawEvery(1000);
  return (
    <TextField
      class="level"
      label="Level"
      value={draft.level}
      fault={faultOf('level')}
      note={levelNote(draft, market)}
      change={(level) => change({ level })}
      input={{ inputMode: 'decimal', maxLength: 60 }}
    />
  );
}

function levelNote({ stocks, exchange, level, direction }: RuleDraft, market: Market): string | undefined {
  const [only, ...others] = stocks;
  if (only === undefined || others.length > 0) return undefined;
  const row = [...market.rows.values()].find(
    (candidate) => candidate.stock === only && (exchange === '' || candidate.exchange === exchange),
  );
  if (row === undefined || Number.isNaN(row.price)) return undefined;
  const { price, digits } = row;
  const now = `${only} is at ${priceText(price, digits)}`;
  const read = Number(readDecimal(level) ?? Number.NaN);
  if (Number.isNaN(read)) return now;
  const isAbove = direction === 'up' && price >= read;
  if (isAbove || (direction === 'down' && price <= read))
    return `${now}, ${isAbove ? 'above' : 'below'} it already: fires after it has been back`;
  return `${now}: ${percentText(read / price - 1)} to go`;
}
