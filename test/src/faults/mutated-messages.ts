import { seeded } from './random.ts';

const VALID = [
  'AAPL:(220.4, 1757494917.021389)',
  'TSLA:723.02',
  'BRK.B:(412.0012, 1757494917)',
  'BTC:USD:(64000.00000001, 1757494917.5)',
  '{"stock_name":"AAPL","price":220.4,"timestamp":"2025-11-22T10:00:00.123456Z"}',
  '{"stock_name":"Ünïcode","price":"0.10","timestamp":1757494917}',
] as const;
const PRICES = [
  'nan',
  'inf',
  '-1',
  '0x1f',
  '0',
  '1e5',
  '1e-7',
  '1e400',
  '00012.50',
  '.5',
  '5.',
  '+3',
  '9'.repeat(40),
  '',
];
const BYTES = 1300;
const MAX_TICKS = 50;

/** Makes endless messages of one tick or of several, valid, slightly wrong, and noise; the same ones for the same seed. */
export function* mutatedMessages(seed: number): Generator<Buffer, never> {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => list[below(list.length)] as T;
  const one = (): Buffer => {
    const message = Buffer.from(pick(VALID));
    switch (below(8)) {
      case 0:
        return message;
      case 1: // one byte becomes another
        message[below(message.length)] = below(256);
        return message;
      case 2: // cut off
        return message.subarray(0, below(message.length));
      case 3: // something in its middle
        return Buffer.concat([
          message.subarray(0, 5),
          Buffer.from(pick(['\0', '\t', '\\', ':', '(', '"', '\u2028'])),
          message.subarray(5),
        ]);
      case 4:
        return Buffer.from(`X${below(100)}:(${pick(PRICES)}, 1757494917.5)`);
      case 5: // a price and time of any size
        return Buffer.from(
          `R${below(20)}:(${(random() * 10 ** below(9)).toFixed(below(9))}, ${(random() * 2e9).toFixed(below(8))})`,
        );
      case 6: // noise of any length, also too long
        return Buffer.from(Array.from({ length: below(pick([4, 40, BYTES])) }, () => below(256)));
      default: // two glued together
        return Buffer.concat([message, Buffer.from(pick(VALID))]);
    }
  };
  const several = (): readonly Buffer[] => Array.from({ length: below(MAX_TICKS) }, one);
  for (;;) {
    switch (below(20)) {
      case 0: // one a line, every other time with lines of Windows
        yield joined(several(), pick(['\n', '\r\n']));
        break;
      case 1: // a JSON array, of what is no JSON too
        yield Buffer.from(`[${joined(several(), ',')}]`);
        break;
      case 2: // a JSON array of objects, sometimes cut off
        yield Buffer.from(
          `[${Array.from({ length: below(MAX_TICKS) }, () => VALID[4 + below(2)])}]`.slice(0, below(5000)),
        );
        break;
      default:
        yield one();
    }
  }
}

function joined(messages: readonly Buffer[], by: string): Buffer {
  return Buffer.concat(messages.flatMap((message, i) => (i === 0 ? [message] : [Buffer.from(by), message])));
}
