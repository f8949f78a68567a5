import { useSignal } from '@preact/signals';
import type { LaneRow, Lanes, RetiredLanes } from '@tickwatch/core';
import { useEffect } from 'preact/hooks';
import { authorized } from '../admin/admin-token.ts';
import { type Change, useChange } from '../admin/use-change.ts';
import { countText } from '../format/number-text.ts';
import { spanText } from '../format/time-text.ts';
import { ChangeResult } from '../ui/change-result.tsx';
import { ConfirmedButton } from '../ui/confirmed-button.tsx';
import { type Part, part } from './part.ts';

const EVERY_MS = 5000;
const NONE: Part<Lanes> = { value: undefined, failure: undefined };

/** Lanes that nobody leads any more can be forgotten. */
export function RetireLanes() {
  const lanes = useSignal(NONE);
  const change = useChange();
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const found = await part<Lanes>('/api/lanes', {}, abort.signal, lanes.peek());
      if (abort.signal.aborted) return;
      lanes.value = found;
      timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [lanes]);
  const { value, failure } = lanes.value;
  const left = value?.filter(({ state }) => state === 'left') ?? [];
  const retire = (lane: string): void =>
    change.run(async () => {
      await authorized<RetiredLanes>('DELETE', `/api/lanes/${encodeURIComponent(lane)}`);
      lanes.value = { ...lanes.peek(), value: lanes.peek().value?.filter((row) => row.lane !== lane) };
      return `${lane} is retired`;
    });
  return (
    <div class="retire">
      <h3>Lanes that nobody leads</h3>
      {failure !== undefined && (
        <p class="trouble" role="alert">
          The lanes can’t be read: {failure}
        </p>
      )}
      {value !== undefined && left.length === 0 && (
        <p>None: of all {countText(value.length)} a subscriber leads each, or wants to.</p>
      )}
      <ul>
        {left.map((row) => (
          <LaneLine key={row.lane} row={row} change={change} retire={retire} />
        ))}
      </ul>
      <ChangeResult change={change} />
    </div>
  );
}

interface LineProps {
  readonly row: LaneRow;
  readonly change: Change;
  readonly retire: (lane: string) => void;
}

function LaneLine({ row: { lane, stored, idle_seconds: idle }, change, retire }: LineProps) {
  const silent = idle === null ? '' : `, silent for ${spanText(Math.max(1, idle))}`;
  return (
    <li>
      <strong>{lane}</strong>
      <span>
        {countText(stored)} ticks{silent}
      </span>
      <ConfirmedButton
        action="Retire"
        label={`Retire ${lane}`}
        question={`Retire ${lane}?`}
        busy={change.busy}
        onConfirm={() => retire(lane)}
      >
        How far it was stored is forgotten, for good; its {countText(stored)} ticks stay. Do it when it is no longer
        fed.
      </ConfirmedButton>
    </li>
  );
}
