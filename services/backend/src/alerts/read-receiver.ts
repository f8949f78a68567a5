import { randomBytes } from 'node:crypto';
import { type AlertReceiver, FIRST_FREE_PORT, isMailAddress, isReceiverPort, MAX_ALERT_NAME } from '@tickwatch/core';
import type { AlertReceiverDraft } from '@tickwatch/store';
import { BodyMembers } from '../http/body-members.ts';
import { quoted } from '../http/problem-reply.ts';

const EXAMPLE = { type: 'webhook', name: 'desk', url: 'https://example.com/hooks/tickwatch' };
const MEMBERS = {
  webhook: ['type', 'name', 'url', 'secret'],
  email: ['type', 'name', 'to'],
  grafana: ['type', 'name', 'url', 'token'],
} as const;
const TYPES = ['webhook', 'email', 'grafana'] as const;
/** What an answer says of a receiver beside what its maker says. */
const TOLD = ['id', 'rules', 'waiting', 'failed', 'last_delivered', 'last_error', 'created'];
const LONGEST_URL = 2000;
/** What a receiver can have in its own settings, too. */
const SECRET = /^[^\p{C}]+$/u;
/** In the pattern of RFC 6750. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * A new receiver, or what one is to be from now on; a webhook that is new gets a secret where none is given.
 * @param before of one that is changed: what it is now
 * @throws ParameterError naming the member that is wrong
 */
export function readReceiver(body: unknown, before?: Pick<AlertReceiver, 'type' | 'target'>): AlertReceiverDraft {
  const all = [...new Set(Object.values(MEMBERS).flat())];
  const hint = (name: string): string | undefined =>
    TOLD.includes(name) || name === 'target' ? 'it is told, and not set: leave it out' : undefined;
  const type = new BodyMembers(body, { known: all, example: EXAMPLE, hint }).word('type', TYPES);
  const noSuch = (): string => `receivers of type ${type} have none`;
  const given = new BodyMembers(body, { known: MEMBERS[type], example: EXAMPLE, hint: noSuch });
  if (before !== undefined && before.type !== type) {
    given.refuse('type', `${quoted(type)} is not what it is`, `it stays ${before.type}; make another receiver instead`);
  }
  const name = given.title('name', MAX_ALERT_NAME, 'give what rules call it, as "desk"');
  if (type === 'email') return { name, type, target: addressOf(given), secret: undefined };
  const target = urlOf(given);
  const secret = type === 'webhook' ? secretOf(given, before === undefined) : tokenOf(given);
  if (type === 'grafana' && secret === undefined && before !== undefined && before.target !== target) {
    given.refuse('token', 'is missing', 'it is sent to another url from now on, so give it again');
  }
  return { name, type, target, secret };
}

function urlOf(given: BodyMembers): string {
  const right = 'give an address of http or https, as https://example.com/hooks/tickwatch';
  const text = given.text('url', LONGEST_URL, right).trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return given.refuse('url', `${quoted(text)} is no address`, right);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return given.refuse('url', `${quoted(text)} is of ${url.protocol.slice(0, -1)}`, right);
  }
  if (url.username !== '' || url.password !== '') {
    return given.refuse('url', 'holds a name or a password', 'leave them out; signatures tell who sends');
  }
  if (!isReceiverPort(url.port)) {
    return given.refuse(
      'url',
      `${quoted(text)} has port ${url.port}`,
      `give 80, 443, or one from ${FIRST_FREE_PORT} on`,
    );
  }
  url.hash = '';
  return url.href;
}

function addressOf(given: BodyMembers): string {
  const right = 'give one address, as desk@example.com';
  const text = given.text('to', 320, right).trim();
  return isMailAddress(text) ? text : given.refuse('to', `${quoted(text)} is no address of mail`, right);
}

function secretOf(given: BodyMembers, isNew: boolean): string | undefined {
  if (given.given('secret') === undefined) return isNew ? randomBytes(32).toString('base64url') : undefined;
  const secret = given.given('secret');
  if (typeof secret === 'string' && secret.length >= 16 && secret.length <= 200 && SECRET.test(secret)) return secret;
  // Never quoted: it is a secret.
  return given.refuse('secret', 'is none', 'give a text of 16 to 200 characters, or leave it out and one is made');
}

function tokenOf(given: BodyMembers): string | undefined {
  if (given.given('token') === undefined) return undefined;
  const right = 'give the token of a service account, as Grafana shows it';
  const token = given.given('token');
  if (typeof token === 'string' && token.length <= 500 && TOKEN.test(token)) return token;
  return given.refuse('token', 'is none', right);
}
