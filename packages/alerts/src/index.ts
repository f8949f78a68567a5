export type { JudgedRule } from './judged-rule.ts';
export type * from './lane-judge.ts';
export { memoryNeeds } from './memory-needs.ts';
export { type KeptRule, readRule } from './read-rule.ts';
export { createLaneJudge } from './tick-judge.ts';
