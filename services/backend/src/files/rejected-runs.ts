import { joinRejected, type RejectedLines } from '@tickwatch/store';
import type { Scope } from './detect-form.ts';
import type { RejectedRow } from './rows.ts';

/** Collects where in a portion lines were rejected: those between two ticks together, each exchange's for itself. */
export class RejectedRuns {
  /** What the options give to all rows. */
  readonly #given: Scope;
  #runs: RejectedLines[] = [];
  /** Places of the last ones in `#runs`, behind `#behind` ticks. */
  readonly #last = new Map<string | undefined, number>();
  #behind = -1;

  constructor(given: Scope) {
    this.#given = given;
  }

  /** @param behindTicks ticks of the portion in front of it */
  add(row: RejectedRow, number: number, behindTicks: number): void {
    if (this.#behind !== behindTicks) this.#last.clear();
    this.#behind = behindTicks;
    const exchange = row.exchange ?? this.#given.exchange;
    const stock = row.stock ?? this.#given.stock;
    const lines: RejectedLines = {
      behindTicks,
      count: 1,
      firstRow: number,
      lastRow: number,
      exchange,
      stocks: stock === undefined ? undefined : [stock],
      times: row.time === undefined ? undefined : { from: row.time, to: row.time },
    };
    const place = this.#last.get(exchange);
    const run = place === undefined ? undefined : this.#runs[place];
    if (place !== undefined && run !== undefined) {
      this.#runs[place] = joinRejected(run, lines);
      return;
    }
    this.#last.set(exchange, this.#runs.length);
    this.#runs.push(lines);
  }

  /** What was collected since it was asked last. */
  take(): readonly RejectedLines[] {
    const runs = this.#runs;
    this.#runs = [];
    this.#last.clear();
    this.#behind = -1;
    return runs;
  }
}
