import { parseTime } from '@tickwatch/core';
import { AddressReader } from '../address-reader.ts';
import { shortCount } from '../format/number-text.ts';
import { latencyText } from '../format/quantity-text.ts';
import { rememberInAddress } from '../router.ts';
import type { SystemSource } from './system-source.ts';
import { TimeChart } from './time-chart.tsx';

const SPANS = [
  { label: '15 min', seconds: 900 },
  { label: '1 h', seconds: 3600 },
  { label: '6 h', seconds: 21_600 },
  { label: '24 h', seconds: 86_400 },
];
const USUAL_SPAN = 3600;

/** How long batch inserts take, and how large they are. */
export function Latency({ source }: { readonly source: SystemSource }) {
  const { value: latency, failure } = source.latency.value;
  const steps = latency?.steps ?? [];
  const times = steps.map(({ time }) => (parseTime(time) ?? 0) / 1000);
  const range = {
    from: (parseTime(latency?.start_time ?? '') ?? 0) / 1000,
    to: (parseTime(latency?.end_time ?? '') ?? 1) / 1000,
  };
  return (
    <section class="panel">
      <header>
        <h2>Batch inserts</h2>
        <fieldset class="chips" aria-label="Range">
          {SPANS.map(({ label, seconds }) => (
            <button
              key={label}
              type="button"
              aria-pressed={source.span.value === seconds}
              onClick={() => look(source, seconds)}
            >
              {label}
            </button>
          ))}
        </fieldset>
      </header>
      {failure !== undefined && (
        <p class="trouble" role="alert">
          The measurements can’t be read: {failure}
        </p>
      )}
      <div class="split">
        <TimeChart
          label="Insert latency"
          times={times}
          {...range}
          lines={[
            { name: 'p50', tone: 'tone-2', values: steps.map(({ p50 }) => p50) },
            { name: 'p95', tone: 'tone-3', values: steps.map(({ p95 }) => p95) },
            { name: 'p99', tone: 'tone-1', values: steps.map(({ p99 }) => p99) },
          ]}
          format={latencyText}
        />
        <TimeChart
          label="Rows a flush"
          times={times}
          {...range}
          bars
          step={(latency?.step_seconds ?? 0) * 1000}
          lines={[{ name: 'mean', tone: 'tone-1', values: steps.map(({ rows_per_flush }) => rows_per_flush ?? 0) }]}
          format={(value) => shortCount(Math.round(value))}
        />
      </div>
    </section>
  );
}

/** Which length of time an address names. */
export function readLatencyAddress(query: URLSearchParams) {
  const reader = new AddressReader(query);
  const span = reader.choice(
    'span',
    SPANS.map(({ seconds }) => String(seconds)),
  );
  reader.refuseOthers(['span']);
  return { span: Number(span ?? USUAL_SPAN), problems: reader.problems };
}

/** Shows the latency of another length of time. */
function look(source: SystemSource, seconds: number): void {
  source.look(seconds);
  rememberInAddress({ span: seconds === USUAL_SPAN ? undefined : String(seconds) });
}
