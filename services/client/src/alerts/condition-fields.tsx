import type { AlertDirection, SystemMeasure } from '@tickwatch/core';
import type { Market } from '../board/market.ts';
import { Chips } from './chips.tsx';
import { TextField } from './field.tsx';
import { LevelField } from './level-field.tsx';
import type { PartProps } from './rule-form.tsx';
import { SpanField } from './span-field.tsx';

const NUMBER = { inputMode: 'decimal', maxLength: 40 } as const;
const COUNT = { inputMode: 'numeric', maxLength: 9 } as const;

const MEASURES: readonly { readonly value: SystemMeasure; readonly label: string }[] = [
  { value: 'insert_latency', label: 'Time to store' },
  { value: 'waiting', label: 'Waiting ticks' },
  { value: 'feed_lost', label: 'Feed lost' },
];

const LIMITS: Readonly<Record<SystemMeasure, string>> = {
  insert_latency: 'Longer than, seconds',
  waiting: 'More than, ticks',
  feed_lost: 'Longer than, seconds',
};

/** What a condition of the chosen kind needs to be told. */
export function ConditionFields({ market, ...part }: PartProps & { readonly market: Market }) {
  const { draft, change, faultOf } = part;
  switch (draft.type) {
    case 'price_crosses':
      return (
        <div class="fields">
          <Direction {...part} words={['From below', 'From above', 'Either way']} />
          <LevelField {...part} market={market} />
          <Hysteresis {...part} unit="in the price’s unit" />
        </div>
      );
    case 'price_moves':
      return (
        <div class="fields">
          <Direction {...part} words={['Rises', 'Falls', 'Either']} />
          <TextField
            class="short"
            label="By"
            value={draft.by}
            fault={faultOf('by')}
            change={(by) => change({ by })}
            input={NUMBER}
          />
          <Chips
            label="Unit"
            value={draft.unit}
            choices={[
              { value: 'percent', label: '%' },
              { value: 'price', label: 'Price' },
            ]}
            choose={(unit) => change({ unit })}
          />
          <SpanField
            label="Within"
            value={draft.within}
            fault={faultOf('within_seconds')}
            change={(within) => change({ within })}
          />
          <Hysteresis {...part} unit={draft.unit === 'percent' ? 'in %' : 'in the price’s unit'} />
        </div>
      );
    case 'new_extreme':
      return (
        <div class="fields">
          <Chips
            label="New"
            value={draft.extreme}
            choices={[
              { value: 'high', label: 'High' },
              { value: 'low', label: 'Low' },
            ]}
            choose={(extreme) => change({ extreme })}
          />
          <TextField
            class="short"
            label="Of days before today"
            value={draft.days}
            fault={faultOf('days')}
            note="Days begin at midnight UTC"
            change={(days) => change({ days })}
            input={COUNT}
          />
        </div>
      );
    case 'silent':
      return (
        <div class="fields">
          <SpanField
            label="No tick for"
            value={draft.silent}
            fault={faultOf('seconds')}
            note="While its exchange is open"
            change={(silent) => change({ silent })}
          />
        </div>
      );
    case 'tick_rate':
      return (
        <div class="fields">
          <TextField
            class="short"
            label="More than"
            value={draft.above}
            fault={faultOf('above')}
            note="Ticks in a minute"
            change={(above) => change({ above })}
            input={COUNT}
          />
          <TextField
            class="short"
            label="Or fewer than"
            value={draft.below}
            fault={faultOf('below')}
            note="Empty: no such bound"
            change={(below) => change({ below })}
            input={COUNT}
          />
        </div>
      );
    case 'system':
      return (
        <div class="fields">
          <Chips label="What" value={draft.measure} choices={MEASURES} choose={(measure) => change({ measure })} />
          <TextField
            class="short"
            label={LIMITS[draft.measure]}
            value={draft.limit}
            fault={faultOf('above')}
            change={(limit) => change({ limit })}
            input={NUMBER}
          />
        </div>
      );
    case 'hole':
      return (
        <p class="hint">Fires when ticks that were published are not here: nobody listened, or there was no room.</p>
      );
    case 'outlier':
      return <p class="hint">Fires at a tick that is marked as an outlier, as charts show it.</p>;
  }
}

function Direction({ draft, change, words }: PartProps & { readonly words: readonly [string, string, string] }) {
  const values: readonly AlertDirection[] = ['up', 'down', 'either'];
  return (
    <Chips
      label="Direction"
      value={draft.direction}
      choices={values.map((value, index) => ({ value, label: words[index] ?? value }))}
      choose={(direction) => change({ direction })}
    />
  );
}

function Hysteresis({ draft, change, faultOf, unit }: PartProps & { readonly unit: string }) {
  return (
    <TextField
      class="short"
      label="Hysteresis"
      value={draft.hysteresis}
      fault={faultOf('hysteresis')}
      note={`How far back before it fires again, ${unit}`}
      change={(hysteresis) => change({ hysteresis })}
      input={{ ...NUMBER, placeholder: '0' }}
    />
  );
}
