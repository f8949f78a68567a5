/** The fields of a line of the log that has a measurement. */
export function measure(event: string, metric: string, value: number, unit: string) {
  return { event, metric, value, unit };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
