/** Why a message on a channel is no tick. */
export const REJECTION_REASONS = [
  'not_text',
  'empty',
  'too_long',
  'bad_form',
  'bad_symbol',
  'bad_price',
  'bad_time',
  'refused_by_database',
] as const;

export type RejectionReason = (typeof REJECTION_REASONS)[number];

export interface Rejection {
  readonly reason: RejectionReason;
  /** One sentence for a person that names what is wrong. */
  readonly detail: string;
}
