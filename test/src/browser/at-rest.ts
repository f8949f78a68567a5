import { until } from '../servers/index.ts';

/** What is read once it stays: twice in a row the same. Undefined is nothing yet. */
export function atRest<T>(read: () => Promise<T>, what: string, everyMs = 150): Promise<NonNullable<T>> {
  let before: string | undefined;
  return until(
    async () => {
      const now = await read();
      const text = JSON.stringify(now);
      const stays = text === before;
      before = text;
      return stays ? now : undefined;
    },
    { what, everyMs },
  );
}
