import {
  type AlertDelivery,
  type AlertFiring,
  type AlertReceiver,
  type AlertRule,
  type AlertRuleState,
  type EpochMicros,
  formatMicros,
  parseTime,
} from '@tickwatch/core';
import type { ListedDelivery, ListedReceiver, ListedRule, StoredFiring } from '@tickwatch/store';
import type { RuleDefinition } from './rule-definition.ts';

/** A rule as the API tells it. @param forAdmin whom it tells is no business of visitors */
export function ruleView(rule: ListedRule, now: EpochMicros, forAdmin: boolean): AlertRule {
  const definition = rule.definition as RuleDefinition;
  return {
    id: rule.id,
    name: definition.name,
    condition: definition.condition,
    exchange: definition.exchange ?? null,
    stocks: definition.stocks === undefined ? null : [...definition.stocks],
    once: definition.once,
    rearm_seconds: definition.rearm_seconds,
    active: definition.active ?? null,
    expires: definition.expires ?? null,
    enabled: rule.isEnabled,
    ...(forAdmin ? { receivers: [...rule.receivers] } : {}),
    snoozed_until: timeOrNull(
      rule.snoozedUntil !== undefined && rule.snoozedUntil > now ? rule.snoozedUntil : undefined,
    ),
    state: stateOf(rule, definition, now),
    beyond: rule.beyond,
    fired: rule.fired,
    last_fired: timeOrNull(rule.lastFired),
    created: formatMicros(rule.created),
    changed: formatMicros(rule.changed),
  };
}

function stateOf(rule: ListedRule, definition: RuleDefinition, now: EpochMicros): AlertRuleState {
  if (!rule.isEnabled) return 'disabled';
  if (definition.expires !== undefined && (parseTime(definition.expires) ?? now) <= now) return 'expired';
  if (definition.once && rule.stocksFired >= subjectsOf(definition)) return 'done';
  return rule.snoozedUntil !== undefined && rule.snoozedUntil > now ? 'snoozed' : 'watching';
}

/** How many there are of what it can fire for; of all stocks, new ones may come. */
function subjectsOf({ condition, exchange, stocks }: RuleDefinition): number {
  if (condition.type === 'system' || condition.type === 'hole')
    return exchange === undefined ? Number.POSITIVE_INFINITY : 1;
  return stocks?.length ?? Number.POSITIVE_INFINITY;
}

export function firingView(firing: StoredFiring): AlertFiring {
  return {
    id: firing.id,
    rule_id: firing.ruleId ?? null,
    rule_name: firing.ruleName,
    exchange_name: firing.exchange === '' ? null : firing.exchange,
    stock_name: firing.stock === '' ? null : firing.stock,
    timestamp: formatMicros(firing.time),
    seq: firing.seq ?? null,
    price: firing.price ?? null,
    text: firing.text,
    recorded: formatMicros(firing.recordedAt),
  };
}

export function receiverView(receiver: ListedReceiver): AlertReceiver {
  return {
    id: receiver.id,
    name: receiver.name,
    type: receiver.type,
    target: receiver.target,
    rules: receiver.rules,
    waiting: receiver.waiting,
    failed: receiver.failed,
    last_delivered: timeOrNull(receiver.lastDelivered),
    last_error: receiver.lastError ?? null,
    created: formatMicros(receiver.created),
  };
}

export function deliveryView(delivery: ListedDelivery): AlertDelivery {
  return {
    firing_id: delivery.firingId,
    receiver_id: delivery.receiverId,
    receiver_name: delivery.receiverName,
    state: delivery.state,
    attempts: delivery.attempts,
    next_attempt: timeOrNull(delivery.nextAttempt),
    delivered: timeOrNull(delivery.delivered),
    error: delivery.error ?? null,
  };
}

function timeOrNull(time: EpochMicros | undefined): string | null {
  return time === undefined ? null : formatMicros(time);
}
