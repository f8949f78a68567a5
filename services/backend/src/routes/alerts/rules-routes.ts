import { isDeepStrictEqual } from 'node:util';
import { MAX_RULES_ROWS } from '@tickwatch/core';
import {
  AlertRule,
  AlertRuleParams,
  AlertRules,
  AlertRulesQuery,
  AlertSnooze,
  NewAlertRule,
} from '@tickwatch/core/http';
import type { AlertRuleDraft, ListedRule } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAdministrators } from '../../admin/admin-gate.ts';
import { ruleView } from '../../alerts/alert-views.ts';
import { type ReadRule, readRule } from '../../alerts/read-rule.ts';
import { readSnooze } from '../../alerts/read-snooze.ts';
import type { RuleDefinition } from '../../alerts/rule-definition.ts';
import { ruleNote } from '../../alerts/rule-note.ts';
import { readAlertCursor, writeAlertCursor } from '../../http/alert-cursor.ts';
import type { App } from '../../http/app.ts';
import { readByHand } from '../../http/by-hand.ts';
import { leaveSignal } from '../../http/leave-signal.ts';
import { linkNext } from '../../http/link-next.ts';
import { nearestValue } from '../../http/nearest-value.ts';
import { ConflictError, NotFoundError, ParameterError, quoted } from '../../http/problem-reply.ts';
import { JSON_TYPE, type RouteText, routeSchema } from '../../http/route-schema.ts';
import { sendText } from '../../http/send-text.ts';
import { type AlertParts, change, sendFresh } from './alert-parts.ts';

const PATH = '/api/alerts/rules';
/** Of a change, while others change the same rule. */
const MOST_ATTEMPTS = 5;

export function rulesRoutes(app: App, parts: AlertParts): void {
  const { reader, log, now } = parts;
  const view = (rule: ListedRule, request: FastifyRequest): AlertRule =>
    ruleView(rule, now(), isAdministrators(request));
  const noRule = (id: string): NotFoundError => new NotFoundError(`There is no rule ${quoted(id)}: it may be deleted.`);

  async function one(id: string): Promise<ListedRule> {
    const rule = await change(parts, (admin) => admin.answers.rule(id));
    if (rule === undefined) throw noRule(id);
    return rule;
  }

  app.get(
    PATH,
    {
      schema: {
        querystring: AlertRulesQuery,
        ...routeSchema({
          tag: 'alerts',
          admin: 'more',
          summary: 'The rules, and how they are',
          description: 'Newest first, in pages (header `Link`, `rel="next"`).',
          answer: AlertRules,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, stock, name, cursor, limit = MAX_RULES_ROWS } = request.query;
      const behind = cursor === undefined ? undefined : readAlertCursor('rules', cursor);
      const page = await reader.alerts.rules({ exchange, stock, name, limit, behind }, { signal: leaveSignal(reply) });
      if (page.next !== undefined) linkNext(request, reply, writeAlertCursor('rules', page.next));
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, JSON.stringify(page.rules.map((rule) => view(rule, request))));
    },
  );

  app.post(
    PATH,
    {
      schema: { body: NewAlertRule, ...text('Makes a rule', { makes: true, description: MAKES }) },
      ...readByHand,
    },
    async (request, reply) => {
      const read = readRule(request.body, now());
      const draft = await draftOf(read, []);
      const id = await change(parts, (admin) => admin.addRule(draft));
      log.info({ event: 'alert_rule_added', client: request.ip, rule: id }, 'an administrator made a rule');
      return await sendNoted(request, reply.code(201).header('location', `${PATH}/${id}`), id);
    },
  );

  app.get(
    `${PATH}/:id`,
    {
      schema: {
        params: AlertRuleParams,
        ...routeSchema({ tag: 'alerts', admin: 'more', summary: 'A rule, and how it is', answer: AlertRule }),
      },
    },
    async (request, reply) => {
      const rule = await reader.alerts.rule(request.params.id);
      if (rule === undefined) throw noRule(request.params.id);
      return sendFresh(reply, view(rule, request));
    },
  );

  app.put(
    `${PATH}/:id`,
    {
      schema: {
        params: AlertRuleParams,
        body: NewAlertRule,
        ...text('Changes a rule', { description: CHANGES }),
      },
      ...readByHand,
    },
    async (request, reply) => {
      const { id } = request.params;
      for (let attempt = 0; !(await isChanged(id, request.body)); attempt++) {
        if (attempt === MOST_ATTEMPTS) throw new ConflictError('Others change this rule at the same time: try again.');
      }
      log.info({ event: 'alert_rule_changed', client: request.ip, rule: id }, 'an administrator changed a rule');
      return await sendNoted(request, reply, id);
    },
  );

  app.post(
    `${PATH}/:id/snooze`,
    {
      schema: {
        params: AlertRuleParams,
        body: AlertSnooze,
        ...text('Silences a rule for some time', { description: SNOOZES }),
      },
      ...readByHand,
    },
    async (request, reply) => {
      const { id } = request.params;
      const until = readSnooze(request.body, now());
      if (!(await change(parts, (admin) => admin.snoozeRule(id, until)))) throw noRule(id);
      log.info({ event: 'alert_rule_snoozed', client: request.ip, rule: id }, 'an administrator silenced a rule');
      return sendFresh(reply, view(await one(id), request));
    },
  );

  app.delete(
    `${PATH}/:id`,
    { schema: { params: AlertRuleParams, ...text('Deletes a rule', { reads: false, description: DELETES }) } },
    async (request, reply) => {
      const { id } = request.params;
      const rule = await one(id);
      if (!(await change(parts, (admin) => admin.removeRule(id)))) throw noRule(id);
      log.info({ event: 'alert_rule_deleted', client: request.ip, rule: id }, 'an administrator deleted a rule');
      return sendFresh(reply, view(rule, request));
    },
  );

  /** The answer to whoever made or changed it. */
  async function sendNoted(request: FastifyRequest, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const rule = await one(id);
    // It is made, whether or not the ticks can be asked now.
    const note = await ruleNote(reader, rule.definition as RuleDefinition).catch(() => undefined);
    return sendFresh(reply, { ...view(rule, request), ...(note === undefined ? {} : { note }) });
  }

  /** False: somebody else changed it meanwhile, so that it is to be looked at again. */
  async function isChanged(id: string, body: unknown): Promise<boolean> {
    const before = await one(id);
    const read = readRule(body, now(), before.definition as RuleDefinition);
    const draft = await draftOf(read, before.receivers);
    return await change(parts, (admin) => admin.changeRule(id, draft, isAnew(before, read), before.changed));
  }

  /** @throws ParameterError there is no receiver of one of the names */
  async function draftOf(
    { definition, isEnabled, receivers }: ReadRule,
    before: readonly string[],
  ): Promise<AlertRuleDraft> {
    const names = receivers ?? before;
    if (names.length === 0) return { name: definition.name, definition, isEnabled, receivers: [] };
    const known = await change(parts, (admin) => admin.answers.receivers());
    const ids = names.map(
      (name, index) => known.find((receiver) => receiver.name === name)?.id ?? unknown(name, index),
    );
    return { name: definition.name, definition, isEnabled, receivers: ids };

    function unknown(name: string, index: number): never {
      const all = known.map((receiver) => receiver.name);
      const nearest = nearestValue(name, all);
      const right =
        all.length === 0
          ? 'there is none yet; POST /api/alerts/receivers makes one'
          : nearest === undefined
            ? `there are ${all.slice(0, 5).map(quoted).join(', ')}`
            : `did you mean ${quoted(nearest)}?`;
      throw new ParameterError('receivers', `receivers[${index}]: there is no receiver ${quoted(name)}: ${right}`);
    }
  }
}

/**
 * Whether what a rule watches is another now, so that what it knows is of no use. So it is where it was disabled: nobody
 * looked meanwhile.
 */
function isAnew(before: ListedRule, { definition, isEnabled }: ReadRule): boolean {
  if (isEnabled && !before.isEnabled) return true;
  const watched = ({ condition, exchange, stocks, once }: RuleDefinition) => ({
    condition,
    exchange,
    stocks: stocks === undefined ? undefined : [...stocks].sort(),
    once,
  });
  return !isDeepStrictEqual(watched(before.definition as RuleDefinition), watched(definition));
}

const MAKES =
  'It judges what is received from then on: a tick that is published after this answer is judged by it. Each stock is judged for itself. Where there are no earlier prices of a stock, the first one only says which side of a level it is on.';
const CHANGES =
  'All of it: what is left out gets its default, but for `receivers`, which stay. Where it watches something else now (condition, exchange, stocks, once), or was disabled and is enabled, it begins anew: armed, for what is received from then on.';
const SNOOZES = 'It goes on looking, so that it does not fire afterwards for what happened meanwhile.';
const DELETES = 'What it fired stays. Answers what it was.';

function text(summary: string, more: Partial<RouteText>) {
  return routeSchema({ tag: 'alerts', admin: true, conflicts: true, reads: true, summary, ...more, answer: AlertRule });
}
