export * from './condition.ts';
export * from './firing.ts';
export * from './receiver.ts';
export * from './rule.ts';
