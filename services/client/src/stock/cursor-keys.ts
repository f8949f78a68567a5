import type { KeyBinding } from '../keys/key-table.ts';
import { replayFrom } from '../moment/replay-from.ts';
import type { ChartCursor } from './drawing/chart-cursor.ts';

/** Bars that Shift and an arrow pass over. */
const STRIDE = 10;
const CLOSER = 0.7;

/** Keys that a chart answers while it has the focus. @param explain tells what is known of where the crosshair is */
export function cursorKeys(cursor: ChartCursor, explain: (time: number) => void): readonly KeyBinding[] {
  return [
    { keys: ['ArrowLeft'], does: 'To the bar before', run: () => cursor.move(-1) },
    { keys: ['ArrowRight'], does: 'To the next bar', run: () => cursor.move(1) },
    { keys: ['Shift+ArrowLeft'], does: 'Ten bars back', run: () => cursor.move(-STRIDE) },
    { keys: ['Shift+ArrowRight'], does: 'Ten bars on', run: () => cursor.move(STRIDE) },
    { keys: ['PageUp'], does: 'As many bars back as are in view', run: () => cursor.page(-1) },
    { keys: ['PageDown'], does: 'As many bars on as are in view', run: () => cursor.page(1) },
    { keys: ['Home'], does: 'To the first bar in view', run: () => cursor.start() },
    { keys: ['End'], does: 'To the last bar in view', run: () => cursor.end() },
    { keys: ['ArrowUp', '+', '='], does: 'Closer', run: () => cursor.zoom(CLOSER) },
    { keys: ['ArrowDown', '-'], does: 'Farther', run: () => cursor.zoom(1 / CLOSER) },
    {
      keys: ['Enter'],
      does: 'Why ticks are missing here, or not',
      run: () => cursor.time !== undefined && explain(cursor.time),
    },
    {
      keys: ['r'],
      does: 'Replay from the crosshair',
      run: () => cursor.time !== undefined && replayFrom(cursor.time),
    },
    {
      keys: ['Escape'],
      does: 'Takes the crosshair away',
      run: () => {
        if (cursor.time === undefined) return false;
        cursor.clear();
        return true;
      },
    },
  ];
}
