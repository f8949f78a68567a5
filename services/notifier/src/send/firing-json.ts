import { type AlertFiring, formatMicros } from '@tickwatch/core';
import type { StoredFiring } from '@tickwatch/store';

/** A firing as receivers and pages are told of it. */
export function firingJson(firing: StoredFiring): AlertFiring {
  return {
    id: firing.id,
    rule_id: firing.ruleId ?? null,
    rule_name: firing.ruleName,
    exchange_name: firing.exchange || null,
    stock_name: firing.stock || null,
    timestamp: formatMicros(firing.time),
    seq: firing.seq ?? null,
    price: firing.price ?? null,
    text: firing.text,
    recorded: formatMicros(firing.recordedAt),
  };
}
