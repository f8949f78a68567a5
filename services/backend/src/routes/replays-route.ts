import { formatMicros } from '@tickwatch/core';
import { NewReplay, Replay, ReplayParams, ReplaySeek, ReplaySpeed, Replays } from '@tickwatch/core/http';
import type { FastifyReply } from 'fastify';
import type { App } from '../http/app.ts';
import { readByHand } from '../http/by-hand.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { ConflictError, NotFoundError, NotProvidedError, ParameterError, quoted } from '../http/problem-reply.ts';
import { readNewReplay, readNothing, readSeek, readSpeed } from '../http/replay-body.ts';
import { JSON_TYPE, type RouteText, routeSchema } from '../http/route-schema.ts';
import type { ChannelReplay, ReplayQuestion } from '../replay/channel-replay.ts';
import type { ReplayLimits } from '../replay/replay-limits.ts';
import { NothingToReplayError, type ReplaySet, ReplaysClosedError, ReplaysFullError } from '../replay/replay-set.ts';

const NO_LIVE_SERVER =
  'There is no live server here that a replay could be heard on: set CENTRIFUGO_API_URL and CENTRIFUGO_API_KEY.';
const PATH = '/api/replays';

/** @param replays `undefined`: there is no live server that they could be heard on */
export function replaysRoutes(app: App, replays: ReplaySet | undefined, limits: ReplayLimits): void {
  const set = (): ReplaySet => {
    if (replays === undefined) throw new NotProvidedError(NO_LIVE_SERVER);
    return replays;
  };
  const one = (id: string): ChannelReplay => {
    const found = set().get(id);
    if (found !== undefined) return found;
    throw new NotFoundError(`There is no replay ${quoted(id)}: it was ended, or nobody listened to it for 30 s.`);
  };

  app.post(
    PATH,
    {
      schema: { body: NewReplay, ...text('Plays a range again, on a channel of its own', MAKES, Replay) },
      ...readByHand,
    },
    async (request, reply) => {
      const question = readNewReplay(request.body, limits.longestRangeMs);
      const made = await set()
        .open(question, leaveSignal(reply))
        .catch((error: unknown) => refuse(error, question, limits));
      return send(reply.code(201).header('location', `${PATH}/${made.id}`), viewOf(made));
    },
  );

  app.get(
    PATH,
    {
      schema: text(
        'The replays that there are',
        { description: 'Their ids let one listen: so it takes the token, too.' },
        Replays,
      ),
    },
    async (_request, reply) => send(reply, set().all().map(viewOf)),
  );

  app.get(
    `${PATH}/:id`,
    { schema: { params: ReplayParams, ...text('A replay, and where it is', {}, Replay) } },
    async (request, reply) => send(reply, viewOf(one(request.params.id))),
  );

  app.delete(
    `${PATH}/:id`,
    {
      schema: {
        params: ReplayParams,
        ...text(
          'Ends a replay',
          { description: 'Whoever listens hears that it has ended. Answers how far it came.' },
          Replay,
        ),
      },
    },
    async (request, reply) => {
      const replay = one(request.params.id);
      const view = { ...viewOf(replay), state: 'ended' as const };
      await set().end(replay.id, 'ended by an administrator');
      return send(reply, view);
    },
  );

  const change = (name: string, summary: string, body: object, apply: (replay: ChannelReplay, body: unknown) => void) =>
    app.post(
      `${PATH}/:id/${name}`,
      { schema: { params: ReplayParams, ...body, ...text(summary, { reads: true }, Replay) }, ...readByHand },
      async (request, reply) => {
        const replay = one((request.params as ReplayParams).id);
        apply(replay, request.body);
        return send(reply, viewOf(replay));
      },
    );

  change('pause', 'Holds a replay', {}, ({ player }, body) => {
    readNothing(body);
    player.pause();
  });
  change('resume', 'Lets a replay go on', {}, ({ player }, body) => {
    readNothing(body);
    player.resume();
  });
  change('seek', 'Sets a replay to another moment of its range', { body: ReplaySeek }, ({ player, question }, body) =>
    player.seek(readSeek(body, question)),
  );
  change('speed', 'Lets a replay go at another speed', { body: ReplaySpeed }, ({ player }, body) =>
    player.setSpeed(readSpeed(body)),
  );
}

const MAKES = {
  makes: true,
  reads: true,
  conflicts: true,
  description:
    'Ticks go out in the order in which they came, over all exchanges and stocks that are asked for, each when it is due and never before. It begins when somebody listens to its channel, waits while nobody does, and is gone after 30 s of that. A message has the form of the live channels, with a member `replay` that says how it is. Who listens slowly slows it; nothing is left out.',
};

function text(summary: string, more: Partial<RouteText>, answer: RouteText['answer']) {
  return routeSchema({ tag: 'administration', admin: true, summary, ...more, answer });
}

function refuse(error: unknown, { from, to }: ReplayQuestion, { most }: ReplayLimits): never {
  if (error instanceof ReplaysFullError) {
    throw new ConflictError(
      `There are ${most} replays already, and no more may be at once (REPLAYS_MAX). End one (DELETE ${PATH}/{id}; GET ${PATH} lists them), or wait: one that nobody listens to is gone after 30 s.`,
    );
  }
  if (error instanceof ReplaysClosedError) throw new NotProvidedError('The service stops: ask again when it is back.');
  if (error instanceof NothingToReplayError) {
    const range = `from ${formatMicros(from)} to ${formatMicros(to)}`;
    throw new ParameterError('from', `there are no ticks ${range} of what is asked for: nothing to replay`);
  }
  throw error;
}

function send(reply: FastifyReply, answer: Replay | Replays): FastifyReply {
  return reply.header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(answer));
}

function viewOf(replay: ChannelReplay): Replay {
  const { id, channel, question, player, listeners, state, ticks, skipped, isComplete } = replay;
  return {
    id,
    channel,
    from: formatMicros(question.from),
    to: formatMicros(question.to),
    speed: player.speed,
    exchange: question.exchange ?? null,
    stocks: question.stocks === undefined ? null : [...question.stocks],
    state,
    time: formatMicros(player.time),
    seek: player.seeks,
    ticks,
    skipped,
    listeners,
    behind_seconds: Math.round(player.behindMs) / 1000,
    complete: isComplete,
  };
}
