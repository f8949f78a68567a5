import {
  AlertDeliveries,
  AlertDelivery,
  AlertDeliveryParams,
  AlertFiringParams,
  AlertFirings,
  AlertFiringsQuery,
} from '@tickwatch/core/http';
import { deliveryView, firingView } from '../../alerts/alert-views.ts';
import { readAlertCursor, writeAlertCursor } from '../../http/alert-cursor.ts';
import type { App } from '../../http/app.ts';
import { leaveSignal } from '../../http/leave-signal.ts';
import { linkNext } from '../../http/link-next.ts';
import { readBounds } from '../../http/moment.ts';
import { ConflictError, NotFoundError, ParameterError, quoted } from '../../http/problem-reply.ts';
import { JSON_TYPE, routeSchema } from '../../http/route-schema.ts';
import { sendText } from '../../http/send-text.ts';
import { type AlertParts, change, sendFresh } from './alert-parts.ts';

const PATH = '/api/alerts/firings';
const DEFAULT_LIMIT = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function firingsRoutes(app: App, parts: AlertParts): void {
  const { reader, log } = parts;

  app.get(
    PATH,
    {
      schema: {
        querystring: AlertFiringsQuery,
        ...routeSchema({
          tag: 'alerts',
          summary: 'What rules fired',
          description:
            'Newest first, by the times of the ticks, in pages (header `Link`, `rel="next"`). They outlive their rules, and are kept for `ALERTS_RETENTION_DAYS`.',
          answer: AlertFirings,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, stock, rule, cursor, limit = DEFAULT_LIMIT } = request.query;
      const { start, end } = readBounds(request.query);
      const behind = cursor === undefined ? undefined : readAlertCursor('firings', cursor);
      if (rule !== undefined && !UUID.test(rule)) {
        throw new ParameterError('rule', `rule ${quoted(rule)} is no id of a rule: give one as the rules have it`);
      }
      const question = { start, end, exchange, stock, ruleId: rule, limit, behind };
      const page = await reader.alerts.firings(question, { signal: leaveSignal(reply) });
      if (page.next !== undefined) linkNext(request, reply, writeAlertCursor('firings', page.next));
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, JSON.stringify(page.firings.map(firingView)));
    },
  );

  app.get(
    `${PATH}/:id/deliveries`,
    {
      schema: {
        params: AlertFiringParams,
        ...routeSchema({
          tag: 'alerts',
          admin: true,
          summary: 'What became of a firing at each of its receivers',
          answer: AlertDeliveries,
        }),
      },
    },
    async (request, reply) => {
      const deliveries = await change(parts, (admin) => admin.answers.deliveries(request.params.id));
      if (deliveries === undefined) throw noFiring(request.params.id);
      return sendFresh(reply, deliveries.map(deliveryView));
    },
  );

  app.post(
    `${PATH}/:id/deliveries/:receiver/retry`,
    {
      schema: {
        params: AlertDeliveryParams,
        ...routeSchema({
          tag: 'alerts',
          admin: true,
          conflicts: true,
          reads: true,
          summary: 'Tries a delivery again that was given up',
          description: 'For another 24 hours, from now on.',
          answer: AlertDelivery,
        }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const receiver = request.params.receiver.toLowerCase();
      const again = await change(parts, (admin) => admin.retryDelivery(id, receiver));
      const deliveries = await change(parts, (admin) => admin.answers.deliveries(id));
      if (deliveries === undefined) throw noFiring(id);
      const delivery = deliveries.find(({ receiverId }) => receiverId === receiver);
      if (delivery === undefined) throw new NotFoundError(`This firing has no receiver ${quoted(receiver)}.`);
      if (!again)
        throw new ConflictError(`This delivery is ${delivery.state}: only one that was given up is tried again.`);
      log.info(
        { event: 'alert_retried', client: request.ip, firing: id, receiver },
        'an administrator retried a delivery',
      );
      return sendFresh(reply, deliveryView(delivery));
    },
  );
}

function noFiring(id: string): NotFoundError {
  return new NotFoundError(`There is no firing ${quoted(id)}: it may be older than what is kept.`);
}
