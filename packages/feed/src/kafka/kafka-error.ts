import { type GenericError, ResponseError, UnsupportedCompressionError } from '@platformatic/kafka';
import { describeError } from '../describe-error.ts';
import { FeedUnavailableError } from '../tick-source.ts';

/** The cluster is there and refuses, or what is there is not as it has to be: somebody has to do something. */
export class KafkaRefusal extends FeedUnavailableError {}

const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';
/** What somebody has to do, by the name of Kafka's error. */
const ADVICE: Readonly<Record<string, string>> = {
  [UNKNOWN_TOPIC]: 'there is no such topic, or it may not be seen: make it (docs/kafka.md)',
  TOPIC_AUTHORIZATION_FAILED: 'KAFKA_USER needs the rights of docs/kafka.md on the topic',
};

/** Whether Kafka answered with this error. */
export function isAnswer(error: unknown, name: string): boolean {
  const cause = error instanceof FeedUnavailableError ? error.cause : error;
  return cause instanceof ResponseError && cause.findBy('apiId', name) !== null;
}

/** Whether a broker answered that somebody else is to be asked, or later. */
export function isStale(error: unknown): boolean {
  return (
    error instanceof FeedUnavailableError && !(error instanceof KafkaRefusal) && error.cause instanceof ResponseError
  );
}

/** @param what was asked, for people */
export function kafkaError(what: string, cause: unknown): FeedUnavailableError {
  if (cause instanceof FeedUnavailableError) return cause;
  const refusal = cause instanceof ResponseError ? (cause.findBy('canRetry', false) as GenericError | null) : null;
  const isRefused = refusal !== null || isAnswer(cause, UNKNOWN_TOPIC) || cause instanceof UnsupportedCompressionError;
  const advice = Object.keys(ADVICE).find((name) => isAnswer(cause, name));
  const text = advice === undefined ? reasons(refusal ?? cause) : ADVICE[advice];
  return new (isRefused ? KafkaRefusal : FeedUnavailableError)(`${what}: ${text}`, { cause });
}

/** The causes too: the first says only that it failed. */
function reasons(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const cause = first instanceof Error ? first.cause : undefined;
  return describeError(first) + (cause === undefined ? '' : ` ${reasons(cause)}`);
}
