import { effect, type Signal, signal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import { stockAddress } from '../route.ts';
import { go, rememberInAddress, stepInAddress } from '../router.ts';
import { AddressKeeper } from '../stock/address-keeper.ts';
import type { StockName } from '../stock/candle-source.ts';
import { rangeParameters } from '../stock/chart-address.ts';
import { type ChartChoices, choiceParameters } from '../stock/chart-choices.ts';
import type { ChartRange } from '../stock/chart-model.ts';
import { MOST_CHARTS, type SplitState, splitAddress, splitParameters } from '../stock/split-address.ts';
import { chartOf, type SplitChart } from '../stock/split-chart.ts';
import { ended, rangeNow, type WantedRange, wantedOf } from '../stock/wanted-range.ts';
import { choicesOf } from './read-chart.ts';
import { SplitLink } from './split-link.ts';

const REST_MS = 400;

/** One chart of the page, or the place for one. */
export interface Pane {
  readonly id: number;
  /** undefined: still to be chosen. */
  readonly name: StockName | undefined;
  readonly choices: ChartChoices;
  /** Its own range, while charts are not linked. */
  readonly wanted: Signal<WantedRange>;
}

/** All that was chosen on a split page; kept in the address. */
export class SplitPage {
  readonly panes: Signal<readonly Pane[]>;
  readonly linked: Signal<boolean>;
  readonly stacked: Signal<boolean>;
  readonly link = new SplitLink();
  readonly keeper: AddressKeeper;
  /** The pane that was changed last: the focus stays in it. */
  changed: number | undefined;
  #ids = 0;

  constructor({ charts, wanted, linked, stacked }: SplitState) {
    this.panes = signal(charts.map((chart) => this.#pane(chart, chart?.wanted ?? wanted)));
    this.linked = signal(linked);
    this.stacked = signal(stacked);
    this.keeper = new AddressKeeper({
      wanted,
      write: (_, step) => (step ? stepInAddress : rememberInAddress)(splitParameters(this.state())),
    });
  }

  /** Keeps the address up to date. @returns ends it */
  start(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = effect(() => {
      this.state();
      clearTimeout(timer);
      // A chart that is moved by hand changes with every frame.
      timer = setTimeout(() => this.keeper.write(false), REST_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
      this.keeper.dispose();
      this.link.dispose();
    };
  }

  /** Shows another stock in a pane, in the range that is seen there. */
  change(pane: Pane, name: StockName): void {
    this.#step(() => {
      // Whatever else was chosen stays; but nothing is compared with itself.
      const { compare } = pane.choices;
      compare.value = compare.peek().filter((stock) => stock !== name.stock);
      const next = { ...this.#pane(undefined, pane.wanted.peek()), name, choices: pane.choices };
      this.panes.value = this.panes.peek().map((other) => (other === pane ? next : other));
      this.changed = next.id;
    });
  }

  /** Takes a pane away; of two, the other one goes on alone. */
  close(pane: Pane): void {
    const others = this.panes.peek().filter((other) => other !== pane);
    const [only] = others;
    if (only !== undefined && others.length === 1) go(only.name === undefined ? '/' : this.aloneAddress(only));
    else
      this.#step(() => {
        this.panes.value = others;
      });
  }

  /** Where one of the charts stands alone, in the same range. */
  aloneAddress({ name, choices, wanted }: Pane): string {
    return stockAddress(name?.stock ?? '', name?.exchange, {
      ...rangeParameters(this.linked.value ? this.keeper.wanted.value : wanted.value),
      ...choiceParameters(choices, 'candles'),
    });
  }

  /** This page with another stock in one of its panes. */
  addressWith(pane: Pane, name: StockName): string {
    const state = this.state();
    const index = this.panes.peek().indexOf(pane);
    const chart = { ...state.charts[index], ...name };
    return splitAddress({ ...state, charts: state.charts.with(index, chart) });
  }

  add(): void {
    if (this.panes.peek().length >= MOST_CHARTS) return;
    this.#step(() => {
      this.panes.value = [...this.panes.peek(), this.#pane(undefined, this.keeper.wanted.peek())];
    });
  }

  /** Links all charts; or lets each go its own way, from where it is. */
  setLinked(linked: boolean): void {
    this.linked.value = linked;
    if (linked) this.choose(this.keeper.wanted.peek());
    else for (const pane of this.panes.peek()) pane.wanted.value = this.keeper.wanted.peek();
  }

  /** Shows a range in all charts. */
  choose(wanted: WantedRange): void {
    for (const pane of this.panes.peek()) pane.wanted.value = wanted;
    this.keeper.choose(wanted);
    this.link.chosen(undefined, rangeNow(wanted, nowMs() / 1000));
  }

  /** Leads all charts to a moment, in the length of time that is seen. */
  goTo(at: number): void {
    const { from, to } = this.seen();
    this.choose({ kind: 'at', at, span: to - from });
  }

  /** What is seen in the first chart, with its end as it is now. */
  seen(): ChartRange {
    const now = nowMs() / 1000;
    return ended(this.link.visible() ?? rangeNow(this.keeper.wanted.peek(), now), now);
  }

  /** A chart was moved by hand, or by itself. */
  moved(pane: Pane, range: ChartRange): void {
    if (!this.linked.peek()) {
      pane.wanted.value = wantedOf(range, nowMs() / 1000, undefined, pane.wanted.peek());
      return;
    }
    if (!this.link.leads(pane.id)) return;
    this.keeper.moved(range);
    this.link.moved(pane.id, range);
  }

  /** A range was chosen on one of the charts. */
  chosen(pane: Pane, range: ChartRange): void {
    const wanted = wantedOf(range, nowMs() / 1000);
    pane.wanted.value = wanted;
    if (!this.linked.peek()) return;
    this.keeper.choose(wanted);
    this.link.chosen(pane.id, range);
  }

  /** What a pane is to show. */
  wantedIn(pane: Pane): WantedRange {
    return this.linked.peek() ? this.keeper.wanted.peek() : pane.wanted.peek();
  }

  /** All of it, to be written into an address. */
  state(): SplitState {
    const charts = this.panes.value.map(
      ({ name, choices, wanted }): SplitChart | undefined =>
        name && { ...chartOf(name, choices), wanted: wanted.value },
    );
    const { keeper, linked, stacked } = this;
    return { charts, wanted: keeper.wanted.value, linked: linked.value, stacked: stacked.value };
  }

  #pane(chart: SplitChart | undefined, wanted: WantedRange): Pane {
    return {
      id: ++this.#ids,
      name: chart && { stock: chart.stock, exchange: chart.exchange },
      choices: choicesOf(chart),
      wanted: signal(wanted),
    };
  }

  #step(change: () => void): void {
    this.keeper.write(false);
    change();
    stepInAddress(splitParameters(this.state()));
  }
}
