import type { Page } from 'playwright-core';
import { atRest } from './at-rest.ts';
import { type Axes, axesOf } from './inspected.ts';

/** What the axes of a chart show once they stay as they are, have marks, and fit. */
export function axesAtRest(page: Page, fits: (axes: Axes) => boolean = () => true): Promise<Axes> {
  return atRest(async () => {
    const axes = await axesOf(page);
    return axes !== undefined && axes.marks.length > 0 && fits(axes) ? axes : undefined;
  }, 'axes that stay');
}
