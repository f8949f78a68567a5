import type { ChannelFeed } from '../live/channel-feed.ts';
import { Loadable } from '../ui/load-module.ts';

/** What tells of alerts that fire, on every view; undefined: it is not there yet, for the view comes first. */
export const firingsPart = new Loadable(() => import('./everywhere.ts'));

export function listenForFirings(channels: ChannelFeed): void {
  void firingsPart.load().then(({ firings }) => firings.start(channels));
}
