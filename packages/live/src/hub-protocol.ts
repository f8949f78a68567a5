/**
 * Centrifugo's client protocol, version 2, in JSON: what clients say and what the hub answers.
 * Codes and their meaning are those of https://centrifugal.dev/docs/server/codes.
 */
import type { HistoryQuery, Position } from './hub-channel.ts';

/** An answer to one command; the connection stays. */
export interface CommandError {
  readonly code: number;
  readonly message: string;
  readonly temporary?: boolean;
}

export const UNKNOWN_CHANNEL: CommandError = { code: 102, message: 'unknown channel' };
export const PERMISSION_DENIED: CommandError = { code: 103, message: 'permission denied' };
export const METHOD_NOT_FOUND: CommandError = { code: 104, message: 'method not found' };
export const ALREADY_SUBSCRIBED: CommandError = { code: 105, message: 'already subscribed' };
export const LIMIT_EXCEEDED: CommandError = { code: 106, message: 'limit exceeded' };
export const INVALID_REQUEST: CommandError = { code: 107, message: 'bad request' };
export const NOT_AVAILABLE: CommandError = { code: 108, message: 'not available' };
export const TOO_MANY_REQUESTS: CommandError = { code: 111, message: 'too many requests', temporary: true };
export const UNRECOVERABLE_POSITION: CommandError = { code: 112, message: 'unrecoverable position' };

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
export const NO_MESSAGES: Disconnect = { code: 3508, reason: 'not available' };

export interface SubscribeCommand {
  readonly type: 'subscribe';
  readonly id: number;
  readonly channel: string;
  readonly token: string;
  /** Present when the client asks for what it missed. */
  readonly recover: Position | undefined;
}

export interface HistoryCommand {
  readonly type: 'history';
  readonly id: number;
  readonly channel: string;
  readonly query: HistoryQuery;
}

export type Command =
  | { readonly type: 'pong' }
  | { readonly type: 'send' }
  | { readonly type: 'connect'; readonly id: number; readonly token: string }
  | SubscribeCommand
  | HistoryCommand
  | { readonly type: ChannelMethod; readonly id: number; readonly channel: string }
  | { readonly type: OtherMethod; readonly id: number };

type ChannelMethod = 'unsubscribe' | 'publish' | 'presence' | 'presence_stats';
type OtherMethod = 'rpc' | 'refresh' | 'sub_refresh';

export function errorReply(id: number, error: CommandError): string {
  return JSON.stringify({ id, error });
}

export interface ConnectResult {
  readonly client: string;
  readonly version: string;
  /** Seconds between the server's pings. */
  readonly ping: number;
  readonly pong: boolean;
}

export function connectReply(id: number, connect: ConnectResult): string {
  return JSON.stringify({ id, connect });
}

export interface SubscribeResult {
  readonly position: Position;
  readonly wasRecovering: boolean;
  /** The JSON of what was missed; left out: it could not be recovered. */
  readonly recovered?: readonly Buffer[] | undefined;
}

export function subscribeReply(id: number, { position, wasRecovering, recovered }: SubscribeResult): string {
  const { epoch, offset } = position;
  const head = `{"id":${id},"subscribe":{"recoverable":true,"positioned":true,"epoch":"${epoch}","offset":${offset}`;
  const was = wasRecovering ? ',"was_recovering":true' : '';
  const missed = recovered === undefined ? '' : `,"recovered":true,"publications":[${recovered.join(',')}]`;
  return `${head}${was}${missed}}}`;
}

export function historyReply(id: number, { epoch, offset }: Position, publications: readonly Buffer[]): string {
  return `{"id":${id},"history":{"publications":[${publications.join(',')}],"epoch":"${epoch}","offset":${offset}}}`;
}

/** The answer to `unsubscribe` has no members. */
export function unsubscribeReply(id: number): string {
  return `{"id":${id},"unsubscribe":{}}`;
}
