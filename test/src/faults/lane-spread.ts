import { until } from '../servers/index.ts';
import type { SubscriberProcess } from './subscriber-process.ts';

/** Lanes by the name of who leads them. */
export type Spread = ReadonlyMap<string, readonly string[]>;

/** Waits until each living one leads as many lanes as the others, or one more. @param all how many lanes there are */
export async function fairSpread(
  { subscribers }: { readonly subscribers: readonly SubscriberProcess[] },
  all: number,
): Promise<Spread> {
  return await until(
    async () => {
      const living = subscribers.filter(({ isAlive }) => isAlive);
      const spread = new Map<string, readonly string[]>();
      for (const one of living) spread.set(one.name, await one.leads());
      const counts = [...spread.values()].map((lanes) => lanes.length);
      const led = [...spread.values()].flat();
      const isFair = Math.max(...counts) - Math.min(...counts) <= 1;
      // They are asked one after the other: a lane that is handed over meanwhile is told of by both.
      return led.length === all && new Set(led).size === all && isFair ? spread : undefined;
    },
    { everyMs: 100, what: 'the lanes being spread over the living' },
  );
}

/** Lanes that are led by the same one as before. */
export function stayed(before: Spread, after: Spread): ReadonlySet<string> {
  return new Set([...after].flatMap(([name, lanes]) => lanes.filter((lane) => before.get(name)?.includes(lane))));
}
