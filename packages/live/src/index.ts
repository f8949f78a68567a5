export { type CentrifugoPublisherOptions, createCentrifugoPublisher } from './centrifugo-publisher.ts';
export { createEmbeddedHub, type EmbeddedHub, type EmbeddedHubOptions, type HubStats } from './embedded-hub.ts';
export { LIVE_PATH } from './hub-gate.ts';
export type { LiveEvent, LivePublisher, LiveState, LiveStatus } from './live-publisher.ts';
export type { ReplayChannel, ReplayChannels } from './replay-channels.ts';
