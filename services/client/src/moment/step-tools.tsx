import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { dateTimeText } from '../format/time-text.ts';
import { useKeys } from '../keys/use-keys.ts';
import { place } from '../router.ts';
import { zone } from '../settings.ts';
import { goToMoment, playedMicros } from './moment.ts';
import { stepScope } from './step-scope.ts';
import { findStep, hasSteps, type StepTo, type StepWay } from './steps.ts';

interface Step {
  readonly to: StepTo;
  readonly way: StepWay;
  readonly key: string;
  readonly sign: string;
}

const STEPS: readonly Step[] = [
  { to: 'mark', way: 'previous', key: 'Shift+K', sign: '◇' },
  { to: 'hole', way: 'previous', key: 'Shift+H', sign: '▨' },
  { to: 'tick', way: 'previous', key: ',', sign: '•' },
  { to: 'tick', way: 'next', key: '.', sign: '•' },
  { to: 'hole', way: 'next', key: 'h', sign: '▨' },
  { to: 'mark', way: 'next', key: 'k', sign: '◇' },
];

const NAMES: Readonly<Record<StepTo, string>> = { tick: 'tick', hole: 'hole', mark: 'outlier' };

/** Buttons and keys that lead to the next or the previous tick, hole or mark of what the page shows. */
export function StepTools() {
  const told = useSignal('');
  const busy = useSignal(false);
  const abort = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const step = async ({ to, way }: Step): Promise<void> => {
    const from = playedMicros();
    // A key that is held down steps as fast as steps are found.
    if (busy.peek() || from === undefined) return;
    const scope = stepScope(location.pathname, new URLSearchParams(location.search));
    if (!hasSteps(to, scope)) {
      told.value = 'Outliers are told stock by stock: open one, and step along its own.';
      return;
    }
    busy.value = true;
    const own = new AbortController();
    abort.current = own;
    try {
      const at = await findStep(to, way, from, scope, own.signal);
      // Whoever went elsewhere meanwhile stays there.
      if (own.signal.aborted || playedMicros() === undefined) return;
      if (at === undefined) told.value = `There is no ${way} ${NAMES[to]}.`;
      else {
        goToMoment(at, { playing: false });
        told.value = `${nameOf(to)} at ${dateTimeText(zone.peek(), at, 6)}`;
      }
    } catch (error) {
      if (!own.signal.aborted) told.value = `The ${way} ${NAMES[to]} can’t be asked for: ${(error as Error).message}.`;
    } finally {
      busy.value = false;
    }
  };
  useKeys(
    'Replay',
    // Of one letter, the one with Shift comes first: without it, that is not looked at.
    STEPS.map((one) => ({ keys: [one.key], does: titleOf(one), run: () => void step(one) })),
  );
  const { path, query } = place.value;
  const scope = stepScope(path, query);
  return (
    <fieldset class="steps" aria-label="Steps" aria-busy={busy.value}>
      {STEPS.map((one) => (
        <button
          key={`${one.to} ${one.way}`}
          type="button"
          class={`step ${one.to} ${one.way}`}
          aria-label={titleOf(one)}
          aria-keyshortcuts={one.key}
          title={`${titleOf(one)} (${one.key})`}
          disabled={!hasSteps(one.to, scope)}
          onClick={() => void step(one)}
        >
          {one.way === 'previous' ? `‹${one.sign}` : `${one.sign}›`}
        </button>
      ))}
      <span class="unseen" role="status">
        {told.value}
      </span>
    </fieldset>
  );
}

function titleOf({ to, way }: Step): string {
  return `${way === 'next' ? 'Next' : 'Previous'} ${NAMES[to]}`;
}

function nameOf(to: StepTo): string {
  return NAMES[to].replace(/^./, (first) => first.toUpperCase());
}
