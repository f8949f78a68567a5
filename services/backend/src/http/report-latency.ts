import type { Logger } from '@tickwatch/runtime';
import type { App } from './app.ts';

const REPORT_MS = 10_000;
/** Answers between two reports that tell the percentiles; more change nothing but the memory. */
const MAX_ANSWERS = 10_000;
const PERCENTILES = [50, 95, 99] as const;

/** Logs how long answers of the API took, every ten seconds in which there were any: a line for each percentile. */
export function reportLatency(app: App, log: Logger): void {
  let seconds: number[] = [];
  app.addHook('onResponse', async (request, reply) => {
    const isApi = request.routeOptions.url?.startsWith('/api/') ?? false;
    if (isApi && seconds.length < MAX_ANSWERS) seconds.push(reply.elapsedTime / 1000);
  });
  const timer = setInterval(() => {
    const sorted = seconds.sort((a, b) => a - b);
    seconds = [];
    for (const percent of sorted.length === 0 ? [] : PERCENTILES) {
      const value = sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];
      log.info({ event: 'api', metric: `api_latency_p${percent}`, value, unit: 'seconds', requests: sorted.length });
    }
  }, REPORT_MS);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
