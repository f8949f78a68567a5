import type { CalendarOf, EpochMicros } from '@tickwatch/core';
import type { Logger } from '@tickwatch/runtime';
import type { AlertAdmin, TickReader } from '@tickwatch/store';
import type { FastifyReply } from 'fastify';
import { type Operator, operate } from '../../admin/operator.ts';
import { JSON_TYPE } from '../../http/route-schema.ts';

/** What the routes of alerts work with. */
export interface AlertParts {
  readonly reader: TickReader;
  readonly operator: Operator | undefined;
  readonly log: Logger;
  readonly now: () => EpochMicros;
  readonly calendarOf: CalendarOf;
}

/** As {@link operate}, on the rules and receivers. */
export function change<T>({ operator }: AlertParts, work: (admin: AlertAdmin) => Promise<T>): Promise<T> {
  return operate(operator, (store) => work(store.alertAdmin));
}

/** What changes from one moment to the next is kept by nobody. */
export function sendFresh(reply: FastifyReply, answer: object): FastifyReply {
  return reply.header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(answer));
}
