/** What each dependency says, by its name. `detail` is for people and never holds a credential. */
export type Readiness = Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;

/** What strangers hear of an error. */
export const NOT_WELL = 'not well: the log says why';

/** The same for strangers: of what is not well no error is told, which may name hosts and lanes. */
export function publicReadiness(readiness: Readiness): Readiness {
  const told = ({ ok, detail }: Readiness[string]) => ({ ok, detail: ok ? detail : NOT_WELL });
  return Object.fromEntries(Object.entries(readiness).map(([name, part]) => [name, told(part)]));
}

/** The answer of `/readyz`: 200 when every dependency is well, else 503. */
export function readinessReply(readiness: Readiness): { readonly status: 200 | 503; readonly body: string } {
  const ready = Object.values(readiness).every((part) => part.ok);
  return { status: ready ? 200 : 503, body: JSON.stringify({ ready, dependencies: readiness }) };
}
