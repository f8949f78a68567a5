import type {
  AlertDelivery,
  AlertFiring,
  AlertFirings,
  AlertPreview,
  AlertPreviewQuestion,
  AlertReceiver,
  AlertRule,
  AlertSnooze,
  NewAlertReceiver,
  NewAlertRule,
} from '@tickwatch/core';
import { admin, authorized, authorizedAnswer } from '../admin/admin-token.ts';
import { apiPath, getJson, type Parameters } from '../api/http.ts';
import { nextCursor } from '../api/next-page.ts';

const RULES = '/api/alerts/rules';
const FIRINGS = '/api/alerts/firings';
const RECEIVERS = '/api/alerts/receivers';

/** A page of an answer, and the cursor of the one behind it; undefined: there is none. */
export interface AlertPage<T> {
  readonly rows: readonly T[];
  readonly next: string | undefined;
}

/** Rules, a page of them; whom they tell, where the administrator looks. @throws ApiError */
export function readRules(parameters: Parameters, signal?: AbortSignal): Promise<AlertPage<AlertRule>> {
  return page<AlertRule>(RULES, parameters, signal);
}

/** One rule. @throws ApiError 404: there is none */
export async function readRule(id: string, signal?: AbortSignal): Promise<AlertRule> {
  return (await read<AlertRule>(pathOf(RULES, id), {}, signal)).body;
}

/** What rules fired, newest first: `stock`, `exchange`, `rule`, `start_time`, `end_time`, `limit`, `cursor`. @throws ApiError */
export function readFirings(parameters: Parameters, signal?: AbortSignal): Promise<AlertPage<AlertFiring>> {
  return page<AlertFirings[number]>(FIRINGS, parameters, signal);
}

/** @throws ApiError whose `parameter` names the field that is wrong */
export function createRule(rule: NewAlertRule): Promise<AlertRule> {
  return authorized('POST', RULES, rule);
}

export function changeRule(id: string, rule: NewAlertRule): Promise<AlertRule> {
  return authorized('PUT', pathOf(RULES, id), rule);
}

export function deleteRule(id: string): Promise<unknown> {
  return authorized('DELETE', pathOf(RULES, id));
}

export function snoozeRule(id: string, snooze: AlertSnooze): Promise<AlertRule> {
  return authorized('POST', `${pathOf(RULES, id)}/snooze`, snooze);
}

/** What a rule would have fired. */
export function previewRule(question: AlertPreviewQuestion, signal?: AbortSignal): Promise<AlertPreview> {
  return authorized('POST', '/api/alerts/preview', question, signal);
}

export function readReceivers(signal?: AbortSignal): Promise<readonly AlertReceiver[]> {
  return authorized('GET', RECEIVERS, undefined, signal);
}

/** The answer alone tells a secret that was made for it. */
export function createReceiver(receiver: NewAlertReceiver): Promise<AlertReceiver> {
  return authorized('POST', RECEIVERS, receiver);
}

export function changeReceiver(id: string, receiver: NewAlertReceiver): Promise<AlertReceiver> {
  return authorized('PUT', pathOf(RECEIVERS, id), receiver);
}

export function deleteReceiver(id: string): Promise<unknown> {
  return authorized('DELETE', pathOf(RECEIVERS, id));
}

/** Sends a firing that is none, and is marked as a test. */
export function testReceiver(id: string): Promise<unknown> {
  return authorized('POST', `${pathOf(RECEIVERS, id)}/test`);
}

/** What became of a firing at each of its receivers. */
export function readDeliveries(firing: string, signal?: AbortSignal): Promise<readonly AlertDelivery[]> {
  return authorized('GET', `${pathOf(FIRINGS, firing)}/deliveries`, undefined, signal);
}

export function retryDelivery({ firing_id, receiver_id }: AlertDelivery): Promise<unknown> {
  return authorized('POST', `${pathOf(FIRINGS, firing_id)}/deliveries/${encodeURIComponent(receiver_id)}/retry`);
}

function pathOf(path: string, id: string): string {
  return `${path}/${encodeURIComponent(id)}`;
}

async function page<T>(path: string, parameters: Parameters, signal: AbortSignal | undefined): Promise<AlertPage<T>> {
  const { body, headers } = await read<readonly T[]>(path, parameters, signal);
  return { rows: body, next: nextCursor(headers) };
}

/** What everybody may read, with what only the administrator is told. */
async function read<T>(
  path: string,
  parameters: Parameters,
  signal: AbortSignal | undefined,
): Promise<{ readonly body: T; readonly headers: Headers }> {
  if (admin.peek().is !== 'administrator') return await getJson<T>(path, parameters, signal, 'now');
  const answer = await authorizedAnswer('GET', apiPath(path, parameters), undefined, signal);
  return { body: (await answer.json()) as T, headers: answer.headers };
}
