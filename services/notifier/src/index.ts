export { type NotifierConfig, notifierConfig } from './config.ts';
export { type Notifier, type NotifierOverrides, startNotifier } from './start-notifier.ts';
