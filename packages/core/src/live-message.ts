import { formatMicros } from './epoch-micros.ts';
import type { LaneName } from './lane.ts';
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
    json += `${i === 0 ? '' : ','}{"stock_name":${quoted(tick.stock)},"exchange_name":${quoted(tick.exchange)},"price":${tick.price},"timestamp":"${formatMicros(tick.time)}","seq":${tick.seq}}`;
  }
  return lane === undefined ? `${json}]}` : `${json}],"lane":${quoted(lane)}}`;
}

// Symbols recur: quoting each once is much cheaper than JSON.stringify per tick. Bounded against odd feeds.
const quotedNames = new Map<string, string>();

function quoted(name: string): string {
  let text = quotedNames.get(name);
  if (text === undefined) {
    if (quotedNames.size > 50_000) quotedNames.clear();
    text = JSON.stringify(name);
    quotedNames.set(name, text);
  }
  return text;
}
