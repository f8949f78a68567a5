import type { Page } from 'playwright-core';

/** What goes over a page's live connection. */
export interface LiveFrames {
  /** The channels that it is subscribed to now. */
  channels(): readonly string[];
  /** How many publications came on a channel. */
  published(channel: string): number;
}

interface Line {
  readonly subscribe?: { readonly channel: string };
  readonly unsubscribe?: { readonly channel: string };
  readonly push?: { readonly channel: string; readonly pub?: unknown };
}

/** Listens to a page's WebSocket; to be called before the page is opened. */
export function watchLive(page: Page): LiveFrames {
  const channels = new Set<string>();
  const published = new Map<string, number>();
  page.on('websocket', (socket) => {
    channels.clear();
    socket.on('framesent', ({ payload }) => {
      for (const { subscribe, unsubscribe } of linesOf(payload)) {
        if (subscribe !== undefined) channels.add(subscribe.channel);
        if (unsubscribe !== undefined) channels.delete(unsubscribe.channel);
      }
    });
    socket.on('framereceived', ({ payload }) => {
      for (const { push } of linesOf(payload))
        if (push?.pub !== undefined) published.set(push.channel, (published.get(push.channel) ?? 0) + 1);
    });
  });
  return {
    channels: () => [...channels].sort(),
    published: (channel) => published.get(channel) ?? 0,
  };
}

function linesOf(payload: string | Buffer): readonly Line[] {
  return String(payload)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line);
}
