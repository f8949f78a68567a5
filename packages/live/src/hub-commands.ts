import type { Position } from './hub-channel.ts';
import type { Command } from './hub-protocol.ts';

type Json = Readonly<Record<string, unknown>>;

const MAX_ID = 2 ** 32 - 1;
const MAX_OFFSET = 2 ** 64;

/** The lines of one WebSocket message: a command each. */
export function commandLines(message: string): readonly string[] {
  return (message.endsWith('\n') ? message.slice(0, -1) : message).split('\n');
}

/**
 * Reads one command, a JSON object.
 * @returns `undefined` for anything that Centrifugo would answer with a disconnect for a bad request
 */
export function parseCommand(line: string): Command | undefined {
  try {
    return command(object(JSON.parse(line)));
  } catch {
    return undefined;
  }
}

function command(value: Json): Command | undefined {
  const id = wholeNumber(value.id, MAX_ID);
  // As in Centrifugo, what carries no id is the answer to a ping.
  if (id === 0) return has(value, 'send') ? { type: 'send' } : { type: 'pong' };
  if (has(value, 'connect')) return connect(id, object(value.connect));
  if (has(value, 'subscribe')) return subscribe(id, object(value.subscribe));
  if (has(value, 'publish')) {
    const publish = object(value.publish);
    return { type: 'publish', id, channel: channel(publish), isEmpty: !has(publish, 'data') };
  }
  for (const type of ['unsubscribe', 'presence', 'presence_stats', 'history'] as const) {
    if (has(value, type)) return { type, id, channel: channel(object(value[type])) };
  }
  if (has(value, 'rpc')) return { type: 'rpc', id };
  if (has(value, 'send')) return { type: 'send' };
  if (has(value, 'refresh')) return { type: 'refresh', id, token: text(object(value.refresh).token) };
  if (!has(value, 'sub_refresh')) return undefined;
  const refresh = object(value.sub_refresh);
  return { type: 'sub_refresh', id, channel: channel(refresh), token: text(refresh.token) };
}

function connect(id: number, request: Json): Command {
  const subs = has(request, 'subs') ? Object.entries(object(request.subs)) : [];
  for (const member of ['name', 'version']) text(request[member]);
  return {
    ...{ type: 'connect', id, token: text(request.token) },
    subs: subs.map(([name, value]) => [name, recovery(value === null ? {} : object(value))]),
  };
}

function subscribe(id: number, request: Json): Command {
  if (!['', 'fossil'].includes(text(request.delta))) throw new SyntaxError('an unknown form of differences');
  return { type: 'subscribe', id, channel: channel(request), token: text(request.token), recover: recovery(request) };
}

function recovery(request: Json): Position | undefined {
  const position = { offset: wholeNumber(request.offset, MAX_OFFSET), epoch: text(request.epoch) };
  return flag(request.recover) ? position : undefined;
}

function channel(request: Json): string {
  const name = text(request.channel);
  if (name === '') throw new SyntaxError('no channel');
  return name;
}

// A missing or null member has the zero value of its type; a member of another type is an error.

function has(value: Json, name: string): boolean {
  return value[name] !== undefined && value[name] !== null;
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not an object');
  return value as Json;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new SyntaxError('not a text');
  return value;
}

function flag(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new SyntaxError('not a flag');
  return value;
}

function wholeNumber(value: unknown, most: number): number {
  if (value === undefined || value === null) return 0;
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most) {
    throw new SyntaxError('not a whole number');
  }
  return value as number;
}
