import { formatMicros } from './epoch-micros.ts';
import type { LaneName } from './lane.ts';
import { quotedName } from './quoted-name.ts';
import type { SequencedTick } from './tick.ts';

/** One tick as a live publication carries it. `price` is a JSON number with its digits kept. */
export interface LiveTick {
  readonly stock_name: string;
  readonly exchange_name: string;
  readonly price: number;
  readonly timestamp: string;
  readonly seq: number;
}

/** The data of a publication on an exchange's live channel: ticks that arrived together, in order. */
export interface LiveMessage {
  readonly ticks: readonly LiveTick[];
  /** The lane of all these ticks, where their exchange has several. */
  readonly lane?: LaneName;
}

/** The JSON text of a {@link LiveMessage}; prices keep their digits, which `JSON.stringify` could not promise. */
export function encodeLiveMessage(ticks: readonly SequencedTick[], lane?: LaneName): string {
  let json = '{"ticks":[';
  for (let i = 0; i < ticks.length; i++) {
    const tick = ticks[i] as SequencedTick;
    json += `${i === 0 ? '' : ','}{"stock_name":${quotedName(tick.stock)},"exchange_name":${quotedName(tick.exchange)},"price":${tick.price},"timestamp":"${formatMicros(tick.time)}","seq":${tick.seq}}`;
  }
  return lane === undefined ? `${json}]}` : `${json}],"lane":${quotedName(lane)}}`;
}
