import type { Position } from './hub-channel.ts';
import type { Command } from './hub-protocol.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads one WebSocket message: commands, each a JSON object, separated by single line feeds.
 * @returns `undefined` for anything that Centrifugo would answer with a disconnect for a bad request
 */
export function parseCommands(message: string, maxCommands: number): readonly Command[] | undefined {
  const lines = (message.endsWith('\n') ? message.slice(0, -1) : message).split('\n', maxCommands + 1);
  if (lines.length > maxCommands) return undefined;
  try {
    return lines.map(parseCommand);
  } catch {
    return undefined;
  }
}

function parseCommand(line: string): Command {
  const command = object(JSON.parse(line));
  const id = wholeNumber(command.id);
  // As in Centrifugo, what carries no id is the answer to a ping.
  if (id === 0) return has(command, 'send') ? { type: 'send' } : { type: 'pong' };
  if (has(command, 'connect')) return { type: 'connect', id, token: text(object(command.connect).token) };
  if (has(command, 'subscribe')) return subscribe(id, object(command.subscribe));
  for (const type of ['unsubscribe', 'publish', 'presence', 'presence_stats'] as const) {
    if (has(command, type)) return { type, id, channel: channel(object(command[type])) };
  }
  if (has(command, 'history')) return history(id, object(command.history));
  if (has(command, 'send')) return { type: 'send' };
  for (const type of ['rpc', 'refresh', 'sub_refresh'] as const) {
    if (has(command, type)) return { type, id };
  }
  throw new SyntaxError('no method');
}

function subscribe(id: number, request: Json): Command {
  const recover = flag(request.recover) ? position(request) : undefined;
  return { type: 'subscribe', id, channel: channel(request), token: text(request.token), recover };
}

function history(id: number, request: Json): Command {
  const since = has(request, 'since') ? position(object(request.since)) : undefined;
  const limit = request.limit === -1 ? -1 : wholeNumber(request.limit);
  return { type: 'history', id, channel: channel(request), query: { limit, reverse: flag(request.reverse), since } };
}

function position(value: Json): Position {
  return { offset: wholeNumber(value.offset), epoch: text(value.epoch) };
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

function wholeNumber(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new SyntaxError('not a whole number');
  return value as number;
}
