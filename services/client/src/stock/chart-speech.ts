import type { ZoneChoice } from '../format/zone.ts';
import { alertsPart } from './alerts/alerts-part.ts';
import type { ChartController } from './chart-controller.ts';
import { coverageOf } from './coverage-of.ts';
import type { CursorPlace } from './drawing/chart-cursor.ts';
import { INTERVAL_SECONDS, isDaily } from './interval.ts';
import { spokenBar } from './spoken-bar.ts';

/** Who holds an arrow down hears where it ends, not every bar on the way. */
const REST_MS = 200;

/** Says where keys have put the crosshair, and shows it as if the pointer were there. */
export class ChartSpeech {
  readonly #controller: ChartController;
  readonly #zone: ZoneChoice;
  readonly #say: (text: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(controller: ChartController, zone: ZoneChoice, say: (text: string) => void) {
    this.#controller = controller;
    this.#zone = zone;
    this.#say = say;
  }

  /** undefined: the crosshair was taken away. */
  moved(place: CursorPlace | undefined): void {
    clearTimeout(this.#timer);
    const band = place && this.#controller.bands().findLast(({ from, to }) => from <= place.time && place.time < to);
    this.#controller.hover(place?.bar, band);
    if (place === undefined) this.#say('');
    else this.#timer = setTimeout(() => this.#say(this.#textOf(place)), REST_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #textOf({ time, bar }: CursorPlace): string {
    const { model, notes, digits, legend } = this.#controller;
    const { interval } = model.window;
    const to = time + INTERVAL_SECONDS[interval];
    return spokenBar(this.#zone, {
      ...{ time, bar, daily: isDaily(interval), digits: digits.peek() },
      outliers: notes.outliers.peek().filter((outlier) => outlier.time >= time && outlier.time < to),
      fired: alertsPart.loaded.peek()?.alertsOf(this.#controller)?.textsIn(time, to) ?? [],
      coverage: coverageOf(this.#controller, { from: time, to }),
      incomplete: bar !== undefined && legend.peek()?.bar.time === time && legend.peek()?.incomplete === true,
    });
  }
}
