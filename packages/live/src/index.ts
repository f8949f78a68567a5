export type { LiveEvent, LivePublisher, LiveState, LiveStatus } from './live-publisher.ts';
