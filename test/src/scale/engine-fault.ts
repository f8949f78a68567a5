import type { EngineStack } from './engine-stack.ts';

/** Moderate: a house of several processes shares the machine's cores with its servers. */
export const PER_SECOND = 500;

/** What a fault did, for its row. */
export interface Played {
  /** From the end of the fault until everything published before it was stored. */
  readonly recoverySeconds: number;
  readonly notes?: readonly string[];
  /** Looked at when all is stored. @returns broken promises */
  readonly check?: () => Promise<readonly string[]>;
}

/** A fault that begins and ends while ticks are published; the house is whole before it and after it. */
export interface EngineFault {
  readonly fault: string;
  /** It takes nothing from the log: no hole may be recorded. */
  readonly isWhole: boolean;
  play(stack: EngineStack): Promise<Played>;
}
