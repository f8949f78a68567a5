import { type Static, Type } from 'typebox';
import { MAX_NAMED_STOCKS } from '../limits.ts';
import { MOMENT_FORMS } from '../parameters.ts';
import { ExchangeName, Nullable, OneOf, StockName, Timestamp } from '../scalars.ts';
import { AlertCondition } from './condition.ts';
import {
  MAX_ALERT_COUNT,
  MAX_ALERT_NAME,
  MAX_REARM_SECONDS,
  MAX_RULE_RECEIVERS,
  MAX_RULES_ROWS,
  WEEKDAYS,
} from './limits.ts';

/** Hours in which a rule may fire. */
export const ActiveHours = Type.Object(
  {
    from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['09:30'] }),
    to: Type.String({
      pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
      examples: ['16:00'],
      description: 'Not itself within. Earlier than `from`: on the next day.',
    }),
    days: Type.Optional(
      Type.Array(OneOf(WEEKDAYS), { minItems: 1, maxItems: 7, description: 'On which they begin. Default: all.' }),
    ),
    timezone: Type.String({ maxLength: 64, description: 'IANA name.', examples: ['America/New_York'] }),
  },
  { additionalProperties: false },
);
export type ActiveHours = Static<typeof ActiveHours>;

/** What of a rule its maker says. */
const RULE_FIELDS = {
  name: Type.String({ minLength: 1, maxLength: MAX_ALERT_NAME, examples: ['AAPL above 230'] }),
  condition: AlertCondition,
  exchange: Type.Optional({ ...ExchangeName, description: 'Only on this exchange; default: on all.' }),
  stocks: Type.Optional(
    Type.Array(StockName, {
      minItems: 1,
      maxItems: MAX_NAMED_STOCKS,
      description: `Only these, up to ${MAX_NAMED_STOCKS}, each for itself; default: all, also those that are still to come.`,
    }),
  ),
  once: Type.Optional(
    Type.Boolean({ description: 'Fires once for each stock, and never again until it is changed. Default: false.' }),
  ),
  rearm_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MAX_REARM_SECONDS,
      description: 'Having fired for a stock, it does not fire for it again for so long. Default: 0.',
    }),
  ),
  active: Type.Optional({ ...ActiveHours, description: 'Outside of these hours it fires nothing. Default: always.' }),
  expires: Type.Optional(
    Type.String({
      description: `From then on it fires nothing; of a date, from its end on. ${MOMENT_FORMS}`,
      examples: ['2027-01-01T00:00:00Z'],
    }),
  ),
  enabled: Type.Optional(Type.Boolean({ description: 'Default: true.' })),
  receivers: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: MAX_ALERT_NAME }), {
      maxItems: MAX_RULE_RECEIVERS,
      description:
        'Names of receivers that are told, besides the page and the live channel `alerts`. Default: none; of a rule that is changed, those that it has.',
    }),
  ),
};

export const NewAlertRule = Type.Object(
  {
    ...RULE_FIELDS,
    timezone: Type.Optional(
      Type.String({
        description: 'In which `expires`, without an offset, is read. Default: UTC.',
        examples: ['Europe/Berlin'],
      }),
    ),
  },
  { additionalProperties: false },
);
export type NewAlertRule = Static<typeof NewAlertRule>;

export const AlertRuleParams = Type.Object({
  id: Type.String({
    description: 'As the answer that made it says.',
    examples: ['6f1d3c0a-55c1-4a44-9a5a-0f5b2c1f7a11'],
  }),
});
export type AlertRuleParams = Static<typeof AlertRuleParams>;

const RULE_STATES = ['watching', 'snoozed', 'disabled', 'expired', 'done'] as const;
/** `done`: of those that fire once, it has for each of its stocks. */
export type AlertRuleState = (typeof RULE_STATES)[number];

export const AlertRule = Type.Object({
  id: AlertRuleParams.properties.id,
  ...RULE_FIELDS,
  exchange: Nullable(ExchangeName),
  stocks: Nullable(Type.Array(StockName)),
  once: Type.Boolean(),
  rearm_seconds: Type.Integer(),
  active: Nullable(ActiveHours),
  expires: Nullable(Timestamp),
  enabled: Type.Boolean(),
  receivers: Type.Optional(
    Type.Array(Type.String(), { description: 'Only for whoever shows the administrator’s token.' }),
  ),
  snoozed_until: Nullable(Timestamp),
  state: OneOf(RULE_STATES),
  beyond: Type.Integer({ minimum: 0, description: 'For how many stocks it has fired and is not armed again.' }),
  fired: Type.Integer({
    minimum: 0,
    maximum: MAX_ALERT_COUNT,
    description: `How often it fired, in all that is kept; ${MAX_ALERT_COUNT}: so often or more.`,
  }),
  last_fired: Nullable(Timestamp),
  created: Timestamp,
  changed: Timestamp,
  note: Type.Optional(
    Type.String({
      description:
        'Only in the answer that made or changed it: what it names and nobody has heard of yet, so that it may never fire.',
    }),
  ),
});
export type AlertRule = Static<typeof AlertRule>;

/** Those of a page, newest first. */
export const AlertRules = Type.Array(AlertRule, { maxItems: MAX_RULES_ROWS });
export type AlertRules = Static<typeof AlertRules>;

export const AlertRulesQuery = Type.Object({
  exchange: Type.Optional({ ...ExchangeName, description: 'Only rules that watch something of this exchange.' }),
  stock: Type.Optional({ ...StockName, description: 'Only rules that watch this stock, those of all stocks too.' }),
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: MAX_ALERT_NAME,
      description: 'Only those whose names hold this, in any letters.',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_RULES_ROWS,
      description: `Default: ${MAX_RULES_ROWS}; the header \`Link\` with \`rel="next"\` leads to the next page.`,
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'From `Link: rel="next"` of the page before.' })),
});
export type AlertRulesQuery = Static<typeof AlertRulesQuery>;

export const AlertSnooze = Type.Object(
  {
    until: {
      ...Nullable(Type.String({ description: MOMENT_FORMS })),
      description: `Fires nothing until then (of a date, until it begins); null: from now on again. ${MOMENT_FORMS}`,
      examples: ['2026-11-30T08:00:00Z'],
    },
    timezone: Type.Optional(Type.String({ description: 'In which a time without an offset is read. Default: UTC.' })),
  },
  { additionalProperties: false },
);
export type AlertSnooze = Static<typeof AlertSnooze>;

/** A new rule, and how far back it is tried. */
export const AlertPreviewQuestion = Type.Object(
  {
    rule: NewAlertRule,
    start_time: Type.Optional(Type.String({ description: `Default: 30 days ago. ${MOMENT_FORMS}` })),
    end_time: Type.Optional(Type.String({ description: `Default: now. ${MOMENT_FORMS}` })),
    timezone: Type.Optional(Type.String({ description: 'In which times without an offset are read. Default: UTC.' })),
  },
  { additionalProperties: false },
);
export type AlertPreviewQuestion = Static<typeof AlertPreviewQuestion>;
