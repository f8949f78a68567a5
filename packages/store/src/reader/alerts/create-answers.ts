import type { AskOptions } from '../tick-reader.ts';
import type { AlertAnswers } from './alert-answers.ts';
import { type AskRows, isId } from './ask-rows.ts';
import { askFirings } from './firings.ts';
import { askDeliveries, askReceivers } from './receivers.ts';
import { askRule, askRules } from './rules.ts';

/** @param session one for as long as the work takes */
export function createAlertAnswers(
  session: <T>(options: AskOptions | undefined, work: (ask: AskRows) => Promise<T>) => Promise<T>,
): AlertAnswers {
  return {
    rules: (question, options) => session(options, (ask) => askRules(ask, question)),
    rule: async (id, options) => (isId(id) ? await session(options, (ask) => askRule(ask, id)) : undefined),
    firings: (question, options) => session(options, (ask) => askFirings(ask, question)),
    receivers: (options) => session(options, askReceivers),
    deliveries: (firingId, options) => session(options, (ask) => askDeliveries(ask, firingId)),
  };
}
