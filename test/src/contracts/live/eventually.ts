import { until } from '../../servers/until.ts';

/** Waits until `condition` holds. @throws Error naming `what` after 20 s, which a loaded machine may need */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  await until(condition, { what, everyMs: 5 });
}
