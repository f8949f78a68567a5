import { effect } from '@preact/signals';
import { registerCommands } from '../commands/commands.ts';
import { registerKeys } from '../keys/key-table.ts';
import { AddressNotice } from '../ui/address-notice.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import { goLive, moment, playMoment } from './moment.ts';
import { momentProblems } from './moment-address.ts';
import type { PageFeed } from './page-feed.ts';
import { barOpen } from './time-bar-state.ts';

export const timeBarPart = new Loadable(async () => (await import('./time-bar.tsx')).TimeBar);
const TimeBar = lazyPart(timeBarPart, 'The time bar');

// Whatever leads to a moment, the bar that leads away from it is there.
let isPast = false;
effect(() => {
  if ((moment.value !== undefined) === isPast) return;
  isPast = !isPast;
  barOpen.value = isPast || barOpen.peek();
});

registerKeys({
  name: 'Everywhere: time',
  bindings: [
    { keys: ['t'], does: 'Open the time bar, or close it', run: toggleBar },
    { keys: ['n'], does: 'Back to live (now)', run: () => moment.peek() !== undefined && goLive() },
    { keys: ['p'], does: 'Play the past, or pause', run: togglePlaying },
  ],
});

registerCommands(() => [
  {
    ...{
      id: 'moment/go',
      title: 'Go to a moment',
      group: 'Time',
      hint: 'T',
      words: ['past', 'replay', 'time bar', 'play'],
    },
    run: () => {
      barOpen.value = true;
    },
  },
  ...(moment.peek() === undefined
    ? []
    : [{ ...{ id: 'moment/live', title: 'Back to live', group: 'Time', hint: 'N', words: ['now'] }, run: goLive }]),
]);

/** The time bar on every view, whose script comes when it is first opened, and what of the address's moment is wrong. */
export function MomentHost({ feed }: { readonly feed: PageFeed }) {
  return (
    <>
      <AddressNotice problems={momentProblems.value} />
      {barOpen.value && (
        <section class="time-bar" id="time-bar" aria-label="Time bar">
          <TimeBar feed={feed} />
        </section>
      )}
    </>
  );
}

export function toggleBar(): void {
  barOpen.value = !barOpen.peek();
}

function togglePlaying(): boolean {
  const shown = moment.peek();
  if (shown === undefined) return false;
  playMoment({ playing: !shown.playing });
  return true;
}
