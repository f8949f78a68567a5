export type { JudgedRule } from './judged-rule.ts';
export type * from './lane-judge.ts';
