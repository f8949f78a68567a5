import { registerCommands } from '../commands/commands.ts';
import { registerKeys } from '../keys/key-table.ts';
import { goLive, moment, playMoment } from './moment.ts';

/** Keys and commands of a page that has its time bar, or had it: for as long as the page lives. */
export function registerMomentKeys(): void {
  registerKeys({
    name: 'Moments of the past',
    bindings: [
      { keys: ['n'], does: 'Back to live (now)', run: () => isPast() && goLive() },
      {
        ...{ keys: ['p'], does: 'Play, or pause' },
        run: () => isPast() && playMoment({ playing: moment.peek()?.playing !== true }),
      },
    ],
  });
  registerCommands(() => (isPast() ? [LIVE] : []));
}

const LIVE = { id: 'moment/live', title: 'Back to live', group: 'Time', hint: 'N', words: ['now'], run: goLive };

function isPast(): boolean {
  return moment.peek() !== undefined;
}
