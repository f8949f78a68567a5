import { setTimeout as wait } from 'node:timers/promises';

const LONGEST_WAIT_MS = 5000;
const ASK_EVERY_MS = 50;

/**
 * Whether the database can be asked. One that answers and whose tables are not made yet, as at the first start, is waited for;
 * one that does not answer is not.
 * @param answers rejects when nothing is there @param isUsable whether questions are answered
 */
export async function isDatabaseThere(
  answers: () => Promise<void>,
  isUsable: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < deadline) {
    if (await inTime(isUsable(), deadline)) return true;
    const isAlive = answers().then(
      () => true,
      () => false,
    );
    if (!(await inTime(isAlive, deadline))) return false;
    await wait(ASK_EVERY_MS);
  }
  return false;
}

async function inTime(answer: Promise<boolean>, deadline: number): Promise<boolean> {
  const over = new AbortController();
  const late = wait(Math.max(0, deadline - performance.now()), false, { signal: over.signal }).catch(() => false);
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}
