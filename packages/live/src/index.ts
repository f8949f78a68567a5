export type { AlertChannel } from './alert-channel.ts';
export { DEFAULT_BOARD_BYTES } from './board-publisher.ts';
export { type CentrifugoAlertsOptions, createCentrifugoAlerts } from './centrifugo-alerts.ts';
export { type CentrifugoPublisherOptions, createCentrifugoPublisher } from './centrifugo-publisher.ts';
export { type CentrifugoReplaysOptions, createCentrifugoReplays } from './centrifugo-replays.ts';
export { createEmbeddedHub, type EmbeddedHub, type EmbeddedHubOptions, type HubStats } from './embedded-hub.ts';
export { LIVE_PATH } from './hub-gate.ts';
export type { LiveEvent, LivePublisher, LiveState, LiveStatus } from './live-publisher.ts';
export { MAX_REPLAY_MESSAGE_BYTES, newReplayId, type ReplayChannel, type ReplayChannels } from './replay-channels.ts';
