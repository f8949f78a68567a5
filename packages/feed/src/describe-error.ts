/** An error in one line, without a stack. Connection errors of several addresses name the first. */
export function describeError(error: unknown): string {
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  const text = first instanceof Error ? first.message || first.name : String(first);
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
