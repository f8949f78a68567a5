import { cssColor } from '../../ui/css-color.ts';
import type { LineLook } from './over-line.ts';

/** Lines differ by their dashes too, not by colour alone. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 4]];

/** How the nth line of a kind looks. `kind`: `compare` or `study`, as the style sheet names its colours. */
export function lineLook(kind: 'compare' | 'study', index: number): LineLook {
  return {
    color: cssColor(`--${kind}-${index + 1}`),
    width: kind === 'compare' ? 2 : 1.5,
    dash: DASHES[index % 6] ?? [],
  };
}
