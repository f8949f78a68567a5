import { effect, signal, untracked } from '@preact/signals';
import type { AlertFiring, AlertRule } from '@tickwatch/core';
import { readRules } from '../../alerts/alert-api.ts';
import { firings } from '../../firings/firings.ts';
import { Gathered } from '../../firings/gathered.ts';
import { leaps, moment, playedMicros } from '../../moment/moment.ts';
import type { ChartController } from '../chart-controller.ts';
import { INTERVAL_SECONDS } from '../interval.ts';
import { AlertMarks } from './alert-marks.ts';
import { type ChartFiring, ChartFirings } from './chart-firings.ts';
import { type ChartLevel, levelsOf } from './chart-level.ts';

/** Rules of one stock that are looked at: as many as one answer holds. */
const MOST_RULES = 1000;
/** Of more in one candle, the newest are said. */
const MOST_SAID = 5;
const RULES_EVERY_MS = 60_000;
/** However many fire, flags are drawn and rules asked for once in so long. */
const FIRED_EVERY_MS = 1000;

const shown = new WeakMap<ChartController, ChartAlerts>();

/** What a chart shows of alerts; undefined: nothing yet. */
export function alertsOf(controller: ChartController): ChartAlerts | undefined {
  return shown.get(controller);
}

/** What alerts fired on a chart, as of the moment that the page shows, and the levels that rules watch. */
export class ChartAlerts {
  /** Those in view, from the oldest to the newest. */
  readonly firings = signal<readonly ChartFiring[]>([]);
  readonly levels = signal<readonly ChartLevel[]>([]);
  /** There are more rules than were asked for: levels of the oldest may be missing. */
  readonly isCut = signal(false);
  /** The level under the pointer. */
  readonly level = signal<ChartLevel | undefined>(undefined);
  readonly marks = new AlertMarks({
    firings: () => this.firings.peek(),
    levels: () => this.levels.peek(),
    onLevel: (level) => {
      this.level.value = level;
    },
  });
  readonly #controller: ChartController;
  readonly #known: ChartFirings;
  readonly #abort = new AbortController();
  readonly #ends: readonly (() => void)[];
  #rules: readonly AlertRule[] = [];
  readonly #fired = new Gathered<AlertFiring>({ withinMs: 0, apartMs: FIRED_EVERY_MS }, (fresh) => {
    this.#show();
    // A rule that fires once watches its level no more.
    const fired = new Set(fresh.map(({ rule_id }) => rule_id));
    if (this.#rules.some(({ id, once }) => once && fired.has(id))) void this.#askRules();
  });

  constructor(controller: ChartController) {
    this.#controller = controller;
    this.#known = new ChartFirings(controller.name);
    shown.set(controller, this);
    const timer = setInterval(() => void this.#askRules(), RULES_EVERY_MS);
    this.#ends = [
      controller.add(this.marks),
      effect(() => {
        // Told anew whenever the chart rests, and every other second while it goes on.
        if (controller.notes.answered.value !== undefined) untracked(() => void this.#ask());
      }),
      effect(() => {
        leaps.value;
        untracked(() => {
          this.#known.forget();
          this.#show();
        });
      }),
      firings.listen((fresh) => {
        if (this.#known.take(fresh)) this.#fired.add(fresh);
      }),
      () => this.#fired.stop(),
      () => clearInterval(timer),
    ];
    void this.#askRules();
  }

  /** What fired in a time, epoch seconds, in sentences. */
  textsIn(from: number, to: number): readonly string[] {
    const fired = this.firings.peek().filter(({ time }) => time >= from && time < to);
    const said = fired.slice(-MOST_SAID).map(({ text }) => text);
    return fired.length === said.length ? said : [`${fired.length} alerts fired, the newest of them`, ...said];
  }

  /** What fired in the candle that begins at a time. */
  firedIn(time: number): readonly string[] {
    return this.textsIn(time, time + INTERVAL_SECONDS[this.#controller.interval.peek()]);
  }

  dispose(): void {
    shown.delete(this.#controller);
    this.#abort.abort();
    for (const end of this.#ends) end();
  }

  async #ask(): Promise<void> {
    const range = this.#controller.visibleRange();
    if (range === undefined) return;
    try {
      await this.#known.load(range, moment.peek() === undefined, this.#abort.signal);
    } catch {
      // What is known stays; it is asked for again when the chart is moved or goes on.
    }
    this.#show();
  }

  async #askRules(): Promise<void> {
    if (document.hidden) return;
    const { stock, exchange } = this.#controller.name;
    try {
      const { rows, next } = await readRules({ stock, exchange, limit: MOST_RULES }, this.#abort.signal);
      this.#rules = rows;
      this.isCut.value = next !== undefined;
      this.#show();
    } catch {
      // The levels that are known stay.
    }
  }

  #show(): void {
    if (this.#abort.signal.aborted) return;
    const range = this.#controller.visibleRange();
    const inView = range === undefined ? [] : this.#known.within(range);
    if (!isSame(inView, this.firings.peek())) this.firings.value = inView;
    // A chart that ends in the past is not about what is watched now.
    const levels = this.#controller.isPast ? [] : levelsOf(this.#rules, playedMicros());
    this.levels.value = levels;
    this.marks.draw();
  }
}

function isSame(some: readonly ChartFiring[], others: readonly ChartFiring[]): boolean {
  return some.length === others.length && some.every(({ id }, index) => id === others[index]?.id);
}
