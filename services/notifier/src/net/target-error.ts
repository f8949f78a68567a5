/** Nothing is sent to where somebody wants it sent; its message says why, without what may be secret in it. */
export class TargetError extends Error {
  readonly code = 'TARGET_REFUSED';
  override readonly name = 'TargetError';
}
