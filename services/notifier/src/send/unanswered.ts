import { UnansweredError } from '../net/guarded-http.ts';
import { TargetError } from '../net/target-error.ts';
import type { Outcome } from './sender.ts';

/** What an error of a post means: the receiver can't be told now. @throws what is no such error */
export function unanswered(error: unknown): Outcome {
  if (error instanceof TargetError || error instanceof UnansweredError) return { kind: 'unwell', error: error.message };
  throw error;
}
