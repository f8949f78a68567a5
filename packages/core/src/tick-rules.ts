import type { MessageMap } from './forms/message-map.ts';

/** How an exchange's ticks are read where that is a setting. Built once, not for every message. */
export interface TickRules {
  /** Prices ≤ 0 are real there (`SIGNED_PRICES`). */
  readonly signed?: boolean;
  /** Where an object of a form of its own has its members (`MESSAGE_MAP`). */
  readonly map?: MessageMap | undefined;
}
