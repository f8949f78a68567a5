import { useSignal } from '@preact/signals';
import { clockText } from '../format/time-text.ts';
import { zone } from '../settings.ts';

export interface ChartLine {
  readonly name: string;
  /** Class that gives the colour. */
  readonly tone: string;
  readonly values: readonly number[];
}

interface Props {
  readonly label: string;
  /** Epoch ms, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  /** What is drawn: lines, or bars of the first line. */
  readonly bars?: boolean;
  /** Width of a bar in ms. */
  readonly step?: number;
  /** The shown range; undefined: what the times span. */
  readonly from?: number;
  readonly to?: number;
}

const WIDTH = 640;
const HEIGHT = 150;
const TOP = 10;
const BOTTOM = 130;

/** A small chart of measurements over time, with the values under the pointer in its legend. */
export function TimeChart({ label, times, lines, format, bars = false, step = 0, from, to }: Props) {
  const pointed = useSignal<number | undefined>(undefined);
  const first = from ?? times[0] ?? 0;
  const last = to ?? times[times.length - 1] ?? 1;
  const most = niceTop(Math.max(0, ...lines.flatMap(({ values }) => values)));
  const x = (time: number): number => ((time - first) / Math.max(1, last - first)) * WIDTH;
  const y = (value: number): number => BOTTOM - (value / most) * (BOTTOM - TOP);
  const index = pointed.value ?? times.length - 1;
  const at = times[index];
  const width = Math.max(1.5, (step / Math.max(1, last - first)) * WIDTH * 0.7);
  return (
    <figure class="time-chart">
      <figcaption>
        <strong>{label}</strong>
        {lines.map(({ name, tone, values }) => (
          <span key={name} class={`key ${tone}`}>
            {name} <b>{values[index] === undefined ? '–' : format(values[index] ?? 0)}</b>
          </span>
        ))}
        <time>{at === undefined ? '' : clockText(zone.value, at * 1000)}</time>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const time = first + ((event.clientX - box.left) / box.width) * (last - first);
          pointed.value = nearest(times, time);
        }}
        onPointerLeave={() => {
          pointed.value = undefined;
        }}
      >
        {[0, 0.5, 1].map((share) => (
          <line key={share} class="guide" x1={0} x2={WIDTH} y1={y(most * share)} y2={y(most * share)} />
        ))}
        {bars
          ? times.map((time, place) => (
              <rect
                key={time}
                class={lines[0]?.tone ?? ''}
                x={x(time)}
                width={width}
                y={y(lines[0]?.values[place] ?? 0)}
                height={BOTTOM - y(lines[0]?.values[place] ?? 0)}
              />
            ))
          : lines.map(({ name, tone, values }) => (
              <polyline
                key={name}
                class={tone}
                points={values
                  .map((value, place) => `${x(times[place] ?? 0).toFixed(1)},${y(value).toFixed(1)}`)
                  .join(' ')}
              />
            ))}
        {pointed.value !== undefined && at !== undefined && (
          <line class="pointer" x1={x(at)} x2={x(at)} y1={TOP} y2={BOTTOM} />
        )}
      </svg>
      <p class="axis" aria-hidden="true">
        <span>{times.length === 0 ? '' : clockText(zone.value, first * 1000)}</span>
        <span class="most">{times.length === 0 ? '' : format(most)}</span>
        <span>{times.length === 0 ? '' : clockText(zone.value, last * 1000)}</span>
      </p>
      {times.length === 0 && <p class="nothing">Nothing measured in this range yet</p>}
    </figure>
  );
}

function niceTop(value: number): number {
  if (value <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(value));
  return Math.ceil((value * 1.05) / (step / 2)) * (step / 2);
}

function nearest(times: readonly number[], time: number): number | undefined {
  let best: number | undefined;
  times.forEach((candidate, index) => {
    if (best === undefined || Math.abs(candidate - time) < Math.abs((times[best] ?? 0) - time)) best = index;
  });
  return best;
}
