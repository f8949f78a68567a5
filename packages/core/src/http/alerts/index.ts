export * from './condition.ts';
export * from './firing.ts';
export * from './limits.ts';
export * from './receiver.ts';
export * from './rule.ts';
