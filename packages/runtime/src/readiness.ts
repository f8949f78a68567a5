/** What each dependency says, by its name. `detail` is for people and never holds a credential. */
export type Readiness = Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;

/** The answer of `/readyz`: 200 when every dependency is well, else 503. */
export function readinessReply(readiness: Readiness): { readonly status: 200 | 503; readonly body: string } {
  const ready = Object.values(readiness).every((part) => part.ok);
  return { status: ready ? 200 : 503, body: JSON.stringify({ ready, dependencies: readiness }) };
}
