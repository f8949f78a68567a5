/** A change of rules or receivers does not fit what is there; the message says what would be right. */
export class AlertConflictError extends Error {
  readonly code = 'ALERT_CONFLICT';
  override readonly name = 'AlertConflictError';
  /** The name is taken; rules still tell the receiver; there are as many as may be; there is no such receiver. */
  readonly why: 'name_taken' | 'in_use' | 'too_many' | 'unknown_receiver';

  constructor(why: AlertConflictError['why'], message: string) {
    super(message);
    this.why = why;
  }
}
