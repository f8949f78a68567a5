import type { StockMemory } from '@tickwatch/core';
import type pg from 'pg';
import type { MemoryQuestion } from './alert-rows.ts';

/** What is stored of the stocks of a lane, as far as rules need it. */
export async function readMemory(_client: pg.ClientBase, _question: MemoryQuestion): Promise<readonly StockMemory[]> {
  return [];
}
