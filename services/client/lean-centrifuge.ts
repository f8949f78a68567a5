import { transform } from 'esbuild';
import type { Plugin } from 'vite';

/**
 * Classes and functions of the live connection's library that the page never reaches: ways to a server beside the WebSocket,
 * subscriptions to maps and polls, deltas.
 */
const UNUSED = [
  ...['class SockjsTransport', 'class HttpStreamTransport', 'class SseTransport', 'class WebtransportTransport'],
  ...['class MapSubscription', 'class SharedPollSubscription', 'class LineStreamBuffer', 'class ReplyStreamBuffer'],
  ...['class Reader', 'class Writer', 'function applyDelta', 'function checksum'],
];

/** Methods of its subscriptions and its client for the same, and for what the page never asks for. */
const UNUSED_METHODS = [
  ...['_sendTrackRequest', '_sendUntrackRequest', '_handleTrackResponse', '_handleTrackError', '_untrackFailedKeys'],
  ...['_maybeScheduleSharedPollSignatureRefresh', '_scheduleSharedPollReplayRetry', '_addSharedPollSignature'],
  ...['_sharedPollSerial', '_sharedPollRequestFailed', '_sharedPollRefreshSignature', '_sharedPollReplayTrack'],
  ...['_getSharedPollUpdateContext', '_mapSubscribe', '_fetchSnapshot', '_fetchStream', '_transitionFromSnapshot'],
  ...['_handleMapStateResponse', '_handleMapStreamResponse', '_handleMapLiveResponse', '_handleMapSubscribeError'],
  ...['_restartMapFlow', '_buildMapSubscribeCommand', '_getMapUpdateContext', '_debouncedPublish', '_loadStreamState'],
  ...['newMapSubscription', 'newMapClientsSubscription', 'newMapUsersSubscription', 'newSharedPollSubscription'],
  ...['getMapSubscription', 'getSharedPollSubscription', 'removeMapSubscription', 'removeSharedPollSubscription'],
  ...['mapSubscriptions', 'sharedPollSubscriptions', 'mapPublish', 'mapRemove', 'rpc', '_getHistoryRequest'],
];

/** @throws Error a new version of the library has it elsewhere */
function cut(source: string, head: string, end: string, left: string): string {
  const from = source.indexOf(head);
  const to = source.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`centrifuge has no ${head.trim()}: see lean-centrifuge.ts`);
  return source.slice(0, from) + left + source.slice(to + end.length);
}

function withoutUnused(source: string): string {
  const rest = UNUSED.reduce((left, name) => {
    const isClass = name.startsWith('class');
    return cut(left, `\n${name}${isClass ? ' ' : '('}`, '\n}\n', `\n${name}${isClass ? ' {}' : '() {}'}\n`);
  }, source);
  return UNUSED_METHODS.reduce((left, name) => cut(left, `\n    ${name}(`, '\n    }\n', `\n    ${name}() {}\n`), rest);
}

/**
 * Shortens the private names of the live connection's library, which are an eighth of what it weighs packed, and leaves out
 * what it is not used for.
 */
export function leanCentrifuge(): Plugin {
  return {
    name: 'tickwatch-lean-centrifuge',
    apply: 'build',
    transform: {
      filter: { id: /node_modules\/centrifuge\/build\/index\.mjs$/ },
      handler: async (source) => {
        const { code } = await transform(withoutUnused(source), { mangleProps: /^_[a-z]/ });
        return { code, map: null };
      },
    },
  };
}
