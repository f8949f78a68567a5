import { Loadable } from '../../ui/load-module.ts';

/** What a chart shows of alerts: what fired, and the levels that are watched. Nobody waits for it. */
export const alertsPart = new Loadable(() => import('./alert-notes.tsx'));
