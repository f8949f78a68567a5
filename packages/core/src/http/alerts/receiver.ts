import { type Static, Type } from 'typebox';
import { Nullable, OneOf, Timestamp } from '../scalars.ts';
import { MAX_ALERT_COUNT, MAX_ALERT_NAME, MAX_ALERT_RECEIVERS } from './limits.ts';

const Name = Type.String({ minLength: 1, maxLength: MAX_ALERT_NAME, examples: ['desk'] });

const WebhookSettings = Type.Object(
  {
    type: Type.Literal('webhook'),
    name: Name,
    url: Type.String({ maxLength: 2000, examples: ['https://example.com/hooks/tickwatch'] }),
    secret: Type.Optional(
      Type.String({
        minLength: 16,
        maxLength: 200,
        description:
          'The key of its signatures; it is never told again. Default: one is made, and told in this answer alone.',
      }),
    ),
  },
  { additionalProperties: false },
);

const EmailSettings = Type.Object(
  { type: Type.Literal('email'), name: Name, to: Type.String({ maxLength: 320, examples: ['desk@example.com'] }) },
  { additionalProperties: false },
);

const GrafanaSettings = Type.Object(
  {
    type: Type.Literal('grafana'),
    name: Name,
    url: Type.String({ maxLength: 2000, description: 'Of a Grafana; firings become annotations of it.' }),
    token: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'Of a service account; it is never told again.' }),
    ),
  },
  { additionalProperties: false },
);

export const NewAlertReceiver = Type.Union([WebhookSettings, EmailSettings, GrafanaSettings]);
export type NewAlertReceiver = Static<typeof NewAlertReceiver>;

const Counted = { minimum: 0, maximum: MAX_ALERT_COUNT };

export const AlertReceiver = Type.Object({
  id: Type.String(),
  name: Name,
  type: OneOf(['webhook', 'email', 'grafana']),
  /** The url, or the address of mails. */
  target: Type.String(),
  secret: Type.Optional(Type.String({ description: 'Only in the answer that made it.' })),
  rules: Type.Integer({ minimum: 0, description: 'How many rules tell it.' }),
  waiting: Type.Integer({
    ...Counted,
    description: `Deliveries that are still to be made; ${MAX_ALERT_COUNT}: so many or more.`,
  }),
  failed: Type.Integer({
    ...Counted,
    description: `Deliveries that were given up; ${MAX_ALERT_COUNT}: so many or more.`,
  }),
  last_delivered: Nullable(Timestamp),
  last_error: Nullable(Type.String()),
  created: Timestamp,
});
export type AlertReceiver = Static<typeof AlertReceiver>;

export const AlertReceivers = Type.Array(AlertReceiver, { maxItems: MAX_ALERT_RECEIVERS, description: 'By name.' });
export type AlertReceivers = Static<typeof AlertReceivers>;

export const AlertReceiverParams = Type.Object({
  id: Type.String({
    description: 'As the answer that made it says.',
    examples: ['0b1e6f86-6b1c-4b3b-8a3c-2d0f5a7c9e11'],
  }),
});

/** A firing that is none was given to a receiver. */
export const AlertTest = Type.Object({
  firing_id: Type.String({ description: 'Its deliveries say whether it came.' }),
});
export type AlertTest = Static<typeof AlertTest>;

const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type AlertDeliveryState = (typeof DELIVERY_STATES)[number];

/** A firing on its way to a receiver. */
export const AlertDelivery = Type.Object({
  firing_id: Type.String(),
  receiver_id: Type.String(),
  receiver_name: Type.String(),
  state: OneOf(DELIVERY_STATES),
  attempts: Type.Integer({ minimum: 0 }),
  next_attempt: Nullable(Timestamp),
  delivered: Nullable(Timestamp),
  error: Nullable(Type.String({ description: 'Of the last attempt that failed.' })),
});
export type AlertDelivery = Static<typeof AlertDelivery>;

export const AlertDeliveries = Type.Array(AlertDelivery, {
  maxItems: MAX_ALERT_RECEIVERS,
  description: 'By receiver.',
});
export type AlertDeliveries = Static<typeof AlertDeliveries>;

export const AlertFiringParams = Type.Object({
  id: Type.String({ description: 'Of the firing.', examples: ['3f0e7a52-9a4e-5d1c-8a31-5b8f7b1f0c22'] }),
});

export const AlertDeliveryParams = Type.Object({
  ...AlertFiringParams.properties,
  receiver: Type.String({ description: 'Id of the receiver.', examples: ['0b1e6f86-6b1c-4b3b-8a3c-2d0f5a7c9e11'] }),
});
