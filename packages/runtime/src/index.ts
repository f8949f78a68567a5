export { adminToken, tokenProblem } from './admin-token.ts';
export { type CentrifugoSettings, centrifugoSettings } from './centrifugo-settings.ts';
export { ConfigError, type Environment, EnvReader, type SettingsFile } from './env-reader.ts';
export { asStartError, expectedFailure, StartError } from './expected-error.ts';
export { feedServer } from './feed-server.ts';
export {
  type HealthServer,
  type HealthServerOptions,
  listen,
  type Route,
  send,
  startHealthServer,
} from './health-server.ts';
export { listenProblem } from './listen-problem.ts';
export { createLogger, type Logger, type Measurement, silentLogger } from './logger.ts';
export { type MessageSettings, messageRules, type RulesOf } from './message-rules.ts';
export { createMetrics } from './metrics.ts';
export {
  DEFAULT_OPERATIONS,
  type Operations,
  openOperations,
  operations,
  operatorCheck,
  whereFiguresAre,
} from './operations.ts';
export { printable } from './printable.ts';
export { NOT_WELL, publicReadiness, type Readiness, readinessReply } from './readiness.ts';
export { ResourceStack } from './resource-stack.ts';
export { runService } from './run-service.ts';
export { DEFAULT_SEAL_AFTER_DAYS, sealAfterDays, sealedMinutes } from './seal-after-days.ts';
export { sessionCalendars } from './session-calendars.ts';
export { sleep } from './sleep.ts';
export { storeNode } from './store-node.ts';
export { clientAddress, type TrustedProxies, trustedProxies } from './trusted-proxies.ts';
export { helpIfWanted, readOrEnd, wantsHelp } from './usage/print-help.ts';
export { readArguments, UsageError, unknownWord } from './usage/read-arguments.ts';
export { answerArguments, type ServiceMain, serviceMain, type Usage } from './usage/service-main.ts';
export { settingLines, settingsAsked } from './usage/setting-lines.ts';
