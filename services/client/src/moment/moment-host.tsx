import { effect } from '@preact/signals';
import type { Market } from '../board/market.ts';
import { registerCommands } from '../commands/commands.ts';
import { registerKeys } from '../keys/key-table.ts';
import { AddressNotice } from '../ui/address-notice.tsx';
import { latePart, lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import { moment } from './moment.ts';
import { momentProblems } from './moment-address.ts';
import type { PageFeed } from './page-feed.ts';
import { barOpen } from './time-bar-state.ts';

export const timeBarPart = new Loadable(async () => (await import('./time-bar.tsx')).TimeBar);
const TimeBar = lazyPart(timeBarPart, 'The time bar');
/** Of when what is shown is; that it is not live is said by who shows this. */
export const MomentSign = latePart(new Loadable(async () => (await import('./moment-sign.tsx')).MomentSign));

// Whatever leads to a moment, the bar that leads away from it is there.
let isPast = false;
effect(() => {
  if ((moment.value !== undefined) === isPast) return;
  isPast = !isPast;
  barOpen.value = isPast || barOpen.peek();
});

registerKeys({
  name: 'Everywhere: time',
  bindings: [{ keys: ['t'], does: 'Open the time bar, or close it', run: toggleBar }],
});

registerCommands(() => [
  {
    ...{
      id: 'moment',
      title: 'Go to a moment',
      group: 'Time',
      hint: 'T',
      words: ['past', 'replay', 'time bar', 'play'],
    },
    run: () => {
      barOpen.value = true;
    },
  },
]);

/** The time bar on every view, whose script comes when it is first opened, and what of the address's moment is wrong. */
export function MomentHost({ feed, market }: { readonly feed: PageFeed; readonly market: Market }) {
  return (
    <>
      <AddressNotice problems={momentProblems.value} />
      {barOpen.value && (
        <section class="time-bar" id="time-bar" aria-label="Time bar">
          <TimeBar feed={feed} market={market} />
        </section>
      )}
    </>
  );
}

export function toggleBar(): void {
  barOpen.value = !barOpen.peek();
}
