export { type SubscriberConfig, subscriberConfig } from './config.ts';
export { type Subscriber, type SubscriberOverrides, startSubscriber } from './start-subscriber.ts';
