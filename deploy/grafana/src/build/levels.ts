import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';

export type Color = 'green' | 'orange' | 'red';

/** The colour of small values, and each other colour with the value from which on it is used. */
export function levels(lowest: Color, ...above: readonly (readonly [Color, number])[]): Builder<ThresholdsConfig> {
  const steps = above.map(([color, value]) => ({ color, value }));
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ color: lowest, value: null }, ...steps]);
}
