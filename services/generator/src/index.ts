export { type GeneratorConfig, generatorConfig } from './generator-config.ts';
export type { GeneratorTotals } from './generator-metrics.ts';
export { type Generator, type GeneratorOverrides, startGenerator } from './start-generator.ts';
export { DEFAULT_STOCKS, type Stock } from './stock.ts';
