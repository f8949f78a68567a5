import { AlertReceiver, AlertReceiverParams, AlertReceivers, AlertTest, NewAlertReceiver } from '@tickwatch/core/http';
import type { ListedReceiver } from '@tickwatch/store';
import { receiverView } from '../../alerts/alert-views.ts';
import { readReceiver } from '../../alerts/read-receiver.ts';
import type { App } from '../../http/app.ts';
import { readByHand } from '../../http/by-hand.ts';
import { NotFoundError, quoted } from '../../http/problem-reply.ts';
import { type RouteText, routeSchema } from '../../http/route-schema.ts';
import { type AlertParts, change, sendFresh } from './alert-parts.ts';

const PATH = '/api/alerts/receivers';

/** Their addresses are no business of visitors: reading them takes the token, too. */
export function receiversRoutes(app: App, parts: AlertParts): void {
  const { log } = parts;
  const noReceiver = (id: string): NotFoundError => new NotFoundError(`There is no receiver ${quoted(id)}.`);

  async function one(id: string): Promise<ListedReceiver> {
    const found = (await change(parts, (admin) => admin.answers.receivers())).find(
      (receiver) => receiver.id === id.toLowerCase(),
    );
    if (found === undefined) throw noReceiver(id);
    return found;
  }

  app.get(
    PATH,
    { schema: text('Who is told of what rules fire', { reads: false, conflicts: false }, AlertReceivers) },
    async (_request, reply) =>
      sendFresh(reply, (await change(parts, (admin) => admin.answers.receivers())).map(receiverView)),
  );

  app.post(
    PATH,
    {
      schema: {
        body: NewAlertReceiver,
        ...text('Makes a receiver', { makes: true, description: MAKES }, AlertReceiver),
      },
      ...readByHand,
    },
    async (request, reply) => {
      const draft = readReceiver(request.body);
      const id = await change(parts, (admin) => admin.addReceiver(draft));
      log.info({ event: 'alert_receiver_added', client: request.ip, receiver: id }, 'an administrator made a receiver');
      const view = receiverView(await one(id));
      const answer = draft.type === 'webhook' && draft.secret !== undefined ? { ...view, secret: draft.secret } : view;
      return sendFresh(reply.code(201).header('location', `${PATH}/${id}`), answer);
    },
  );

  app.put(
    `${PATH}/:id`,
    {
      schema: {
        params: AlertReceiverParams,
        body: NewAlertReceiver,
        ...text('Changes a receiver', { description: CHANGES }, AlertReceiver),
      },
      ...readByHand,
    },
    async (request, reply) => {
      const { id } = request.params;
      const draft = readReceiver(request.body, await one(id));
      if (!(await change(parts, (admin) => admin.changeReceiver(id, draft)))) throw noReceiver(id);
      log.info(
        { event: 'alert_receiver_changed', client: request.ip, receiver: id },
        'an administrator changed a receiver',
      );
      return sendFresh(reply, receiverView(await one(id)));
    },
  );

  app.delete(
    `${PATH}/:id`,
    {
      schema: {
        params: AlertReceiverParams,
        ...text('Deletes a receiver', { reads: false, description: DELETES }, AlertReceiver),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const receiver = await one(id);
      if (!(await change(parts, (admin) => admin.removeReceiver(id)))) throw noReceiver(id);
      log.info(
        { event: 'alert_receiver_deleted', client: request.ip, receiver: id },
        'an administrator deleted a receiver',
      );
      return sendFresh(reply, receiverView(receiver));
    },
  );

  app.post(
    `${PATH}/:id/test`,
    {
      schema: {
        params: AlertReceiverParams,
        ...text('Sends a test to a receiver', { conflicts: false, description: TESTS }, AlertTest),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const firing = await change(parts, (admin) => admin.testReceiver(id));
      if (firing === undefined) throw noReceiver(id);
      const answer: AlertTest = { firing_id: firing };
      return sendFresh(reply, answer);
    },
  );
}

const MAKES =
  'A webhook that is given no secret gets one, which this answer alone tells: it is the key of the signatures. Up to 100.';
const CHANGES = 'Its type stays, and so does its secret or token where none is given.';
const DELETES = 'What waits to be sent to it is not sent any more. Rules must not name it. Answers what it was.';
const TESTS = 'A firing that is of no rule is sent on its way; its deliveries say what became of it.';

function text(summary: string, more: Partial<RouteText>, answer: RouteText['answer']) {
  return routeSchema({ tag: 'alerts', admin: true, conflicts: true, reads: true, summary, ...more, answer });
}
