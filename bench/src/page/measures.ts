import { until } from '@tickwatch/test/servers';
import type { Page } from 'playwright-core';

/** Notes when the first row is there and when the whole board is, in ms from the navigation on. */
export async function noteBoard(page: Page, stocks: number): Promise<void> {
  await page.addInitScript(`(() => {
    globalThis.noted = {};
    const look = setInterval(() => {
      if (noted.first === undefined && document.querySelector('tbody tr [data-cell=price]')) noted.first = performance.now();
      if ((globalThis.tickwatch?.size() ?? 0) < ${stocks}) return;
      noted.whole = performance.now();
      clearInterval(look);
    }, 5);
    noted.delays = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.interactionId) noted.delays.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  })()`);
}

export async function boardTimes(page: Page): Promise<{ readonly first: number; readonly whole: number }> {
  await until(async () => (await page.evaluate('noted.whole')) !== undefined, { what: 'the whole board' });
  return (await page.evaluate('noted')) as { first: number; whole: number };
}

/** Frames a second, while the element scrolls a row and more a frame, if there is one. */
export async function framesPerSecond(page: Page, seconds: number, scrolled?: string): Promise<number> {
  return (await page.evaluate(`new Promise((resolve) => {
    const element = ${scrolled === undefined ? 'undefined' : `document.querySelector(${JSON.stringify(scrolled)})`};
    let frames = 0;
    const start = performance.now();
    const frame = (now) => {
      frames++;
      if (element) element.scrollTop += 60;
      if (now - start < ${seconds * 1000}) requestAnimationFrame(frame);
      else resolve((frames / (now - start)) * 1000);
    };
    requestAnimationFrame(frame);
  })`)) as number;
}

/** MB of the heap after a collection. */
export async function heapAfterCollection(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

/** Ms that three of four interactions stay under; those under 16 ms are not told apart by the browser. */
export async function interactionDelay(page: Page, interactions: number): Promise<number> {
  const delays = ((await page.evaluate('noted.delays')) as number[]).toSorted((a, b) => a - b);
  const all = [...Array.from({ length: Math.max(0, interactions - delays.length) }, () => 16), ...delays];
  return all[Math.floor(all.length * 0.75)] ?? 16;
}
