import { exchangeOf, type LaneRow } from '@tickwatch/core';
import { LaneParams, Lanes, RetiredLanes } from '@tickwatch/core/http';
import type { Logger } from '@tickwatch/runtime';
import type { LaneStatus } from '@tickwatch/store';
import { type Operator, operate } from '../admin/operator.ts';
import type { App } from '../http/app.ts';
import { NotFoundError, quoted } from '../http/problem-reply.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';

export function lanesRoutes(app: App, operator: Operator | undefined, log: Logger): void {
  let asking: Promise<readonly LaneStatus[]> | undefined;
  /** However many ask, the database is asked once at a time. */
  const lanes = (): Promise<readonly LaneStatus[]> => {
    asking ??= operate(operator, (store) => store.lanes()).finally(() => {
      asking = undefined;
    });
    return asking;
  };

  app.get(
    '/api/lanes',
    {
      schema: routeSchema({
        tag: 'system',
        summary: 'Lanes that something was stored of, and whether anybody leads them',
        answer: Lanes,
      }),
    },
    async (_request, reply) => {
      const answer: Lanes = (await lanes()).map(toRow);
      return reply.header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(answer));
    },
  );

  app.get(
    '/api/lanes/:lane',
    {
      schema: {
        params: LaneParams,
        ...routeSchema({ tag: 'system', summary: 'A lane, or all lanes of an exchange', answer: Lanes }),
      },
    },
    async (request, reply) => {
      const name = request.params.lane;
      const answer: Lanes = (await lanes()).filter(({ lane }) => lane === name || exchangeOf(lane) === name).map(toRow);
      if (answer.length === 0) throw new NotFoundError(`There is no lane and no exchange ${quoted(name)}.`);
      return reply.header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(answer));
    },
  );

  app.delete(
    '/api/lanes/:lane',
    {
      schema: {
        params: LaneParams,
        ...routeSchema({
          tag: 'administration',
          admin: true,
          conflicts: true,
          summary: 'Retires a lane, or all lanes of an exchange',
          description:
            'Forgets how far it was stored, once it is no longer fed; its ticks stay. Nobody may lead it, or want to: stop the subscriber, or start it with `EXCHANGES` and `LANES` that leave it out. All or nothing. A `/` in the name is written `%2F`.',
          answer: RetiredLanes,
        }),
      },
    },
    async (request, reply) => {
      const retired = await operate(operator, (store) => store.retire(request.params.lane));
      const names = retired.map(({ lane }) => lane);
      log.info({ event: 'lanes_retired', client: request.ip, lanes: names }, 'an administrator retired lanes');
      const answer: RetiredLanes = { retired: retired.map(figuresOf) };
      return reply.header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(answer));
    },
  );
}

function toRow(status: LaneStatus): LaneRow {
  return { ...figuresOf(status), state: stateOf(status) };
}

/** Without the name of who leads it: that is no business of visitors. */
function figuresOf({ lane, stored, rejected, ageSeconds }: LaneStatus) {
  const idle = ageSeconds === undefined ? null : Math.max(0, ageSeconds);
  return { lane, exchange_name: exchangeOf(lane), stored, rejected, idle_seconds: idle };
}

function stateOf({ leader, wantedBy }: LaneStatus): LaneRow['state'] {
  if (leader !== undefined) return 'led';
  return wantedBy.length > 0 ? 'wanted' : 'left';
}
