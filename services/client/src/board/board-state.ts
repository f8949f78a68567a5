import { computed, signal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import { favourites } from '../lists/favourites.ts';
import { keep, keptLists } from '../lists/kept-lists.ts';
import type { NamedList } from '../lists/list-link.ts';
import { moveStock, type Watchlist } from '../lists/watchlists.ts';
import { type BoardQuestion, questionParameters, shownList } from './board-question.ts';
import { favouritesFirst } from './board-settings.ts';
import type { Market } from './market.ts';
import { filterRows, type Show, startsWith } from './row-filter.ts';
import { compareNames, firstOnes, leadOf, nextSorting, type Sorting, type SortKey, sorted } from './sorting.ts';
import type { StockRow } from './stock-row.ts';

/** What one board shows: what is asked of it, and the rows that follow from it. */
export class BoardState {
  readonly text = signal('');
  readonly exchange = signal<string | undefined>(undefined);
  readonly show = signal<Show>('all');
  /** Key of the row that keys act on. */
  readonly active = signal<string | undefined>(undefined);
  readonly market: Market;
  /** What of the address was not understood. */
  readonly problems: BoardQuestion['problems'];
  readonly #sorting = signal<Sorting | undefined>(undefined);
  readonly #named = signal<{ readonly list: NamedList; readonly own: boolean } | undefined>(undefined);
  readonly #clock = signal(0);

  /** @param ownList true: the list that is asked for is the kept one of its name, whatever the address says of it */
  constructor(market: Market, question: BoardQuestion, ownList: boolean) {
    this.market = market;
    this.text.value = question.text;
    this.exchange.value = question.exchange;
    this.show.value = question.show;
    this.#sorting.value = question.sorting;
    this.problems = question.problems;
    if (question.list !== undefined) this.#named.value = { list: question.list, own: ownList };
    // At once: the market may begin to load before the view's first effect.
    market.lead = this.lead.peek();
  }

  /** The list that is shown. */
  readonly list = computed(() => {
    const named = this.#named.value;
    return named === undefined ? undefined : shownList(named.list, keptLists.value, named.own);
  });

  /** Name of a list that is asked for, and that this browser does not keep. */
  readonly lackedList = computed(() => (this.list.value === undefined ? this.#named.value?.list.name : undefined));

  readonly sorting = computed<Sorting>(() => {
    const chosen = this.#sorting.value;
    if (chosen !== undefined && (chosen.key !== 'list' || this.list.value !== undefined)) return chosen;
    return { key: this.list.value === undefined ? 'stock' : 'list', descending: false };
  });

  /** All stocks by name, and their exchanges; made anew only when there is a new one. */
  readonly all = computed(() => {
    this.market.version.value;
    const rows = [...this.market.rows.values()].sort(compareNames);
    return { rows, exchanges: [...new Set(rows.map((row) => row.exchange))].sort() };
  });

  readonly #filtered = computed(() => {
    this.#clock.value;
    const nowMicros = nowMs() * 1000;
    const list = this.list.value;
    const stocks = list === undefined ? undefined : new Set(list.stocks);
    return filterRows(
      this.all.value.rows,
      { text: this.text.value, exchange: this.exchange.value, show: this.show.value, stocks },
      { favourites: favourites.value, freshness: (row) => this.market.freshness(row, nowMicros) },
    );
  });

  readonly counts = computed(() => this.#filtered.value.counts);

  readonly rows = computed<readonly StockRow[]>(() => {
    const sorting = this.sorting.value;
    const { key } = sorting;
    const places = new Map(this.list.value?.stocks.map((stock, place) => [stock, place]));
    let rows = sorted(this.#filtered.value.rows, sorting, nowMs() * 1000, places);
    const text = this.text.value;
    // Who types the beginning of a name looks for that name.
    if (key === 'stock' && text.trim() !== '') rows = firstOnes(rows, (row) => startsWith(row, text));
    if (favouritesFirst.value && key !== 'list') rows = firstOnes(rows, (row) => favourites.value.has(row.stock));
    return rows;
  });

  /** True where something hides rows. */
  readonly isFiltered = computed(
    () =>
      this.text.value.trim() !== '' ||
      this.exchange.value !== undefined ||
      this.show.value !== 'all' ||
      this.list.value !== undefined,
  );

  /** What is loaded before all other rows. */
  readonly lead = computed(() => ({
    ...leadOf(this.sorting.value),
    exchange: this.exchange.value,
    stocks: this.list.value?.stocks,
  }));

  /** Parameters of the address that leads to what is shown. */
  readonly parameters = computed(() => {
    const list = this.list.value;
    const parameters = questionParameters({
      text: this.text.value,
      exchange: this.exchange.value,
      show: this.show.value,
      sorting: this.#sorting.value,
      list,
    });
    return { ...parameters, ...(this.lackedList.value === undefined ? {} : { name: this.lackedList.value }) };
  });

  /** Prices move at once, the order once a second: rows that jump at every tick can't be read. */
  arrangeAgain(): void {
    this.#clock.value++;
  }

  sortBy(key: SortKey): void {
    const next = key === 'list' ? { key, descending: false } : nextSorting(this.sorting.peek(), key);
    const usual = this.list.peek() === undefined ? 'stock' : 'list';
    this.#sorting.value = next.key === usual && !next.descending ? undefined : next;
  }

  /** Shows a kept list, in its own order. */
  open({ name, stocks }: Watchlist): void {
    this.#named.value = { list: { name, stocks, left: 0 }, own: true };
    this.#sorting.value = undefined;
  }

  /** Alt with an arrow moves a stock within the shown list. @returns false: nothing to move */
  moveInList(stock: string, key: string): boolean {
    const by = key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : 0;
    const list = this.list.peek();
    if (by === 0 || list?.kept !== true || this.sorting.peek().key !== 'list') return false;
    return keep((lists) => moveStock(lists, list.name, stock, by)) === undefined;
  }

  /** Takes away all that hides rows. */
  showAll(): void {
    this.text.value = '';
    this.exchange.value = undefined;
    this.show.value = 'all';
    this.closeList();
  }

  closeList(): void {
    this.#named.value = undefined;
    if (this.#sorting.peek()?.key === 'list') this.#sorting.value = undefined;
  }

  isSeveral(row: StockRow): boolean {
    return this.market.exchangesOf(row.stock).length > 1;
  }
}
