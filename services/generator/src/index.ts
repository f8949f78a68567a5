export { type GeneratorConfig, generatorConfig } from './generator-config.ts';
export type { GeneratorTotals } from './generator-metrics.ts';
export { PriceWalk } from './price-walk.ts';
export { seededRandom } from './random.ts';
export { type Generator, type GeneratorOverrides, startGenerator } from './start-generator.ts';
export { DEFAULT_STOCKS, inventStocks, type Stock } from './stock.ts';
