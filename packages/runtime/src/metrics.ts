import { collectDefaultMetrics, Registry } from 'prom-client';

/** A Prometheus registry with the process's own figures, every line labelled with the service. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
