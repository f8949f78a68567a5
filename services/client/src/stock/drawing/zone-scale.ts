import type {
  ChartOptionsImpl,
  DataItem,
  HorzScaleItemConverterToInternalObj,
  IHorzScaleBehavior,
  InternalHorzScaleItem,
  InternalHorzScaleItemKey,
  LocalizationOptions,
  Mutable,
  TickMark,
  TickMarkWeightValue,
  Time,
  TimeMark,
  TimeScalePoint,
} from 'lightweight-charts';
import type { AxisMark, AxisText } from '../axis-text.ts';
import { AXIS_WEIGHT, axisWeight } from '../axis-weights.ts';

export interface ZoneScaleOptions {
  readonly text: AxisText;
  /** Whether candles are days or more. */
  readonly isDaily: () => boolean;
  /** Whether the first bar of a session begins at a time, where the hours before it are left out. */
  readonly isSessionStart: (time: number) => boolean;
  /** Where a place is, in pixels. */
  readonly xOf: (place: number) => number | null;
}

/** A mark as it is on the axis, `x` in pixels. */
export interface WrittenMark {
  readonly text: string;
  readonly time: number;
  readonly x: number;
}

type PlacedMark = Omit<WrittenMark, 'x'> & { readonly index: number };

/** A mark's text nearer than this to the left edge is cut off there, in pixels. */
const CUT_OFF = 36;

/**
 * A time axis of epoch seconds whose marks stand where a zone's clock shows whole hours, days and months. The chart
 * library's own knows UTC only.
 */
export class ZoneScale implements IHorzScaleBehavior<Time> {
  readonly #options: ZoneScaleOptions;
  #chartOptions: ChartOptionsImpl<Time> | undefined;
  /** The mark that was written last, left of the next one. */
  #before: AxisMark | undefined;
  #asked = 0;
  /** What is being written, and what has been. */
  #writing: PlacedMark[] = [];
  #written: readonly PlacedMark[] = [];

  constructor(options: ZoneScaleOptions) {
    this.#options = options;
  }

  options(): ChartOptionsImpl<Time> {
    return this.#chartOptions as ChartOptionsImpl<Time>;
  }

  setOptions(options: ChartOptionsImpl<Time>): void {
    this.#chartOptions = options;
  }

  preprocessData(): void {}

  updateFormatter(_options: LocalizationOptions<Time>): void {}

  convertHorzItemToInternal(item: Time): InternalHorzScaleItem {
    return item as unknown as InternalHorzScaleItem;
  }

  createConverterToInternalObj(_data: DataItem<Time>[]): HorzScaleItemConverterToInternalObj<Time> {
    return (item) => this.convertHorzItemToInternal(item);
  }

  key(item: InternalHorzScaleItem | Time): InternalHorzScaleItemKey {
    return item as unknown as InternalHorzScaleItemKey;
  }

  /** What a mark says depends on the one left of it: the library's memory of texts must not find it. */
  cacheKey(_item: InternalHorzScaleItem): number {
    return this.#asked++;
  }

  /** The crosshair's label. */
  formatHorzItem(item: InternalHorzScaleItem): string {
    return this.#options.text.full(item as unknown as number, this.#options.isDaily());
  }

  /** Called for the visible marks from left to right. */
  formatTickmark({ index, time: item, weight }: TickMark): string {
    const { text, isDaily, xOf } = this.#options;
    const mark = { time: item as unknown as number, weight };
    if ((this.#writing[this.#writing.length - 1]?.time ?? Number.NEGATIVE_INFINITY) >= mark.time) this.#begin();
    // The first one that can be read whole is to tell the day.
    const isCut = (xOf(index) ?? 0) < CUT_OFF;
    const label = text.mark(mark, isCut && weight < AXIS_WEIGHT.day ? mark : this.#before, isDaily());
    if (!isCut) this.#before = mark;
    this.#writing.push({ text: label, time: mark.time, index });
    return label;
  }

  /** From which weight on marks are bold; called when all have been written. */
  maxTickMarkWeight(marks: TimeMark[]): TickMarkWeightValue {
    if (this.#writing.length > 0) this.#written = this.#writing;
    this.#begin();
    const most = Math.max(...marks.map(({ weight }) => weight));
    // 15:00 would not be bold beside a plain 14:00, nor a Monday beside a Tuesday.
    const { hour, day, week, month } = AXIS_WEIGHT;
    const bold = most >= week && most < month ? day : most > hour && most < day ? hour : most;
    return bold as TickMarkWeightValue;
  }

  /** What is on an axis of a width in pixels. */
  written(width: number): readonly WrittenMark[] {
    return this.#written
      .map(({ text, time, index }) => ({ text, time, x: this.#options.xOf(index) ?? Number.NaN }))
      .filter(({ x }) => x >= 0 && x <= width);
  }

  fillWeightsForPoints(points: readonly Mutable<TimeScalePoint>[], start: number): void {
    const { text, isSessionStart } = this.#options;
    const timeAt = (index: number): number => points[index]?.time as unknown as number;
    for (let index = start; index < points.length; index++) {
      const point = points[index];
      if (point === undefined) continue;
      const time = timeAt(index);
      // What lies before the first place is not known: as much as lies between the others.
      const before = index > 0 ? timeAt(index - 1) : time - (timeAt(points.length - 1) - time) / points.length;
      const weight = axisWeight(text.clock, before, time);
      point.timeWeight = (isSessionStart(time) ? Math.max(weight, AXIS_WEIGHT.session) : weight) as TickMarkWeightValue;
    }
  }

  /** A new row of marks. */
  #begin(): void {
    this.#before = undefined;
    this.#writing = [];
  }
}
