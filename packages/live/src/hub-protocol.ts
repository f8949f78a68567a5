/**
 * Centrifugo's client protocol, version 2, in JSON: what clients say and what the hub answers.
 * Codes and their meaning are those of https://centrifugal.dev/docs/server/codes.
 */
import type { Position } from './hub-channel.ts';

/** An answer to one command; the connection stays. */
export interface CommandError {
  readonly code: number;
  readonly message: string;
}

export const UNKNOWN_CHANNEL: CommandError = { code: 102, message: 'unknown channel' };
export const PERMISSION_DENIED: CommandError = { code: 103, message: 'permission denied' };
export const ALREADY_SUBSCRIBED: CommandError = { code: 105, message: 'already subscribed' };
export const LIMIT_EXCEEDED: CommandError = { code: 106, message: 'limit exceeded' };
export const INVALID_REQUEST: CommandError = { code: 107, message: 'bad request' };
export const NOT_AVAILABLE: CommandError = { code: 108, message: 'not available' };

/** A close code and its reason. After 3000…3499 the client connects again by itself, after 3500…3999 it does not. */
export interface Disconnect {
  readonly code: number;
  readonly reason: string;
}

export const SHUTDOWN: Disconnect = { code: 3001, reason: 'shutdown' };
export const SLOW: Disconnect = { code: 3008, reason: 'slow' };
export const NO_PONG: Disconnect = { code: 3012, reason: 'no pong' };
export const TOO_MANY_COMMANDS: Disconnect = { code: 3013, reason: 'too many requests' };
export const INVALID_TOKEN: Disconnect = { code: 3500, reason: 'invalid token' };
export const BAD_REQUEST: Disconnect = { code: 3501, reason: 'bad request' };
export const STALE: Disconnect = { code: 3502, reason: 'stale' };
export const CHANNEL_LIMIT: Disconnect = { code: 3505, reason: 'channel limit' };
export const NO_MESSAGES: Disconnect = { code: 3508, reason: 'not available' };

export interface SubscribeCommand {
  readonly type: 'subscribe';
  readonly id: number;
  readonly channel: string;
  readonly token: string;
  /** Present when the client asks for what it missed. */
  readonly recover: Position | undefined;
}

export interface ConnectCommand {
  readonly type: 'connect';
  readonly id: number;
  readonly token: string;
  /** Channels that the client wants to be subscribed to at once, and from where on. */
  readonly subs: readonly (readonly [channel: string, recover: Position | undefined])[];
}

export type Command =
  | { readonly type: 'pong' }
  | { readonly type: 'send' }
  | ConnectCommand
  | SubscribeCommand
  | { readonly type: ChannelMethod; readonly id: number; readonly channel: string }
  | { readonly type: 'publish'; readonly id: number; readonly channel: string; readonly isEmpty: boolean }
  | { readonly type: 'refresh'; readonly id: number; readonly token: string }
  | { readonly type: 'sub_refresh'; readonly id: number; readonly channel: string; readonly token: string }
  | { readonly type: 'rpc'; readonly id: number };

export type ChannelMethod = 'unsubscribe' | 'presence' | 'presence_stats' | 'history';

export function errorReply(id: number, error: CommandError): string {
  return JSON.stringify({ id, error });
}

export interface SubscribeResult {
  readonly position: Position;
  readonly wasRecovering: boolean;
  /** The JSON of what was missed; left out: it could not be recovered. */
  readonly recovered?: readonly Buffer[] | undefined;
}

export interface ConnectResult {
  readonly client: string;
  readonly version: string;
  /** Seconds between the server's pings. */
  readonly ping: number;
  readonly pong: boolean;
  readonly subs: readonly (readonly [channel: string, result: SubscribeResult])[];
}

export function connectReply(id: number, { subs, ...result }: ConnectResult): string {
  const connect = JSON.stringify(result);
  if (subs.length === 0) return `{"id":${id},"connect":${connect}}`;
  const joined = subs.map(([channel, subscription]) => `${JSON.stringify(channel)}:${subscribeResult(subscription)}`);
  return `{"id":${id},"connect":${connect.slice(0, -1)},"subs":{${joined.join(',')}}}}`;
}

export function subscribeReply(id: number, result: SubscribeResult): string {
  return `{"id":${id},"subscribe":${subscribeResult(result)}}`;
}

function subscribeResult({ position, wasRecovering, recovered }: SubscribeResult): string {
  const { epoch, offset } = position;
  const head = `{"recoverable":true,"positioned":true,"epoch":"${epoch}","offset":${offset}`;
  const was = wasRecovering ? ',"was_recovering":true' : '';
  const missed = recovered === undefined ? '' : `,"recovered":true,"publications":[${recovered.join(',')}]`;
  return `${head}${was}${missed}}`;
}

/** The server ends a subscription for good: the client doesn't ask for it again by itself. */
export function unsubscribePush(channel: string): string {
  const unsubscribe = { code: 2000, reason: 'server unsubscribe' };
  return JSON.stringify({ push: { channel, unsubscribe } });
}

/** The answer to `unsubscribe` has no members. */
export function unsubscribeReply(id: number): string {
  return `{"id":${id},"unsubscribe":{}}`;
}
