import { useSignal } from '@preact/signals';
import { type AlertPreview, type NewAlertRule, parseTime } from '@tickwatch/core';
import { useEffect } from 'preact/hooks';
import { countText, decimalText } from '../format/number-text.ts';
import { dateText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { levelOf, pictureScale } from './preview-scale.ts';
import { type PriceLine, readPriceLine } from './price-line.ts';

interface Props {
  readonly rule: NewAlertRule;
  readonly found: AlertPreview;
}

const WIDTH = 320;
const HEIGHT = 96;

/** Where a rule would have fired: on the prices where it is about one stock, else how often on each day. */
export function PreviewPicture({ rule, found }: Props) {
  const line = useSignal<PriceLine | undefined>(undefined);
  const [only, ...others] = rule.stocks ?? [];
  const stock = others.length === 0 ? only : undefined;
  const { exchange } = rule;
  const { start_time, end_time } = found;
  // A day more or less of a month is no other picture.
  const day = start_time.slice(0, 13);
  useEffect(() => {
    line.value = undefined;
    if (stock === undefined) return undefined;
    const abort = new AbortController();
    readPriceLine({ stock, exchange }, start_time, end_time, abort.signal).then(
      (read) => {
        line.value = read;
      },
      // The places stand below in words: a picture without prices is better than none.
      () => undefined,
    );
    return () => abort.abort();
  }, [stock, exchange, day]);
  const start = parseTime(start_time) ?? 0;
  const end = parseTime(end_time) ?? 0;
  const level = levelOf(rule.condition);
  const prices = line.value ?? [];
  const { x, y, bars } = pictureScale({ found, start, end, prices, level, width: WIDTH, height: HEIGHT });
  const isLine = prices.length > 0;
  return (
    <figure class="preview-picture">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {isLine && level !== undefined && (
          <line class="level" x1={0} x2={WIDTH} y1={y(Number(level))} y2={y(Number(level))} />
        )}
        {isLine && (
          <polyline
            points={prices.map(({ time, price }) => `${x(time).toFixed(1)},${y(price).toFixed(1)}`).join(' ')}
          />
        )}
        {isLine
          ? found.places.map(({ timestamp, price }, index) => {
              const at = x(parseTime(timestamp) ?? 0);
              // A dot of a stretched picture would be an ellipse; a line of no length with round ends is none.
              return price === null ? (
                <path key={index} class="place" d={`M${at} 4V${HEIGHT - 4}`} />
              ) : (
                <path key={index} class="place dot" d={`M${at} ${y(Number(price))}h0`} />
              );
            })
          : bars.map(({ at, width, share }, index) => (
              <rect key={index} x={at} width={width} y={HEIGHT - share * (HEIGHT - 8)} height={share * (HEIGHT - 8)} />
            ))}
      </svg>
      <figcaption aria-hidden="true">
        <span>{dateText(zone.value, start)}</span>
        {isLine && level !== undefined && <span>level {decimalText(level)}</span>}
        {!isLine && found.places.length > 0 && (
          <span>
            {found.places.length < found.fired ? `the newest ${countText(found.places.length)} by day` : 'by day'}
          </span>
        )}
        <span>{dateText(zone.value, end)}</span>
      </figcaption>
    </figure>
  );
}
