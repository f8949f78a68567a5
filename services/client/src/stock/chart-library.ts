import { Loadable } from '../ui/load-module.ts';

/** The chart library and what is drawn by it. */
export const chartLibrary = new Loadable(() => import('./drawing/price-chart.ts'));
