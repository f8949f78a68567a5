import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { realNowMs } from '../clock.ts';
import { place, rememberInAddress, stepInAddress } from '../router.ts';
import { goLive, goToMoment, moment } from './moment.ts';
import { isTold, MOMENT_PARAMETER, momentText } from './moment-text.ts';

const problems = signal<readonly AddressProblem[]>([]);

/** What the address says of a moment and nobody understands; the page is live then. */
export const momentProblems: ReadonlySignal<readonly AddressProblem[]> = problems;

/** Shows the moment that the address names, on whatever view, and keeps it in the address. */
export function followMoment(): void {
  effect(() => {
    const { query } = place.value;
    untracked(() => read(query));
  });
  let before = moment.peek();
  effect(() => {
    const now = moment.value;
    if (now === before) return;
    // Back leads from a moment to what was live before, not through every moment between.
    write((now === undefined) === (before === undefined) ? rememberInAddress : stepInAddress);
    before = now;
  });
}

/** Writes how far it has been played into the address. */
export function rememberMoment(): void {
  write(rememberInAddress);
}

function read(query: URLSearchParams): void {
  const reader = new AddressReader(query);
  const at = reader.time(MOMENT_PARAMETER);
  const isAhead = at !== undefined && at > realNowMs() * 1000;
  if (isAhead) reader.refuse(MOMENT_PARAMETER, 'lies in the future');
  if (reader.problems.length > 0 || problems.peek().length > 0) problems.value = reader.problems;
  if (at === undefined || isAhead) goLive();
  else if (!isTold(query.get(MOMENT_PARAMETER))) goToMoment(at, { playing: false });
}

function write(how: typeof rememberInAddress): void {
  const at = momentText();
  // Where it came from there, nothing is to be written: a step back must not become one ahead.
  if ((new URLSearchParams(location.search).get(MOMENT_PARAMETER) ?? undefined) !== at) how({ [MOMENT_PARAMETER]: at });
}
