import { SPARK_BUCKETS, SPARK_STEP_SECONDS, type SparkRing } from './spark-ring.ts';

export interface SparkColors {
  readonly up: string;
  readonly down: string;
  readonly flat: string;
}

/** A gap longer than this many buckets breaks the line. */
const GAP_BUCKETS = Math.ceil(60 / SPARK_STEP_SECONDS);
const PADDING = 2;

export interface SparkSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Gives a canvas as many dots as its place on the page has. Asking for its size lays the page out: not for every drawing,
 * nor where it is known.
 */
export function fitCanvas(canvas: HTMLCanvasElement, known?: SparkSize): SparkSize {
  const scale = dotsPerPixel();
  const size = known ?? { width: canvas.clientWidth, height: canvas.clientHeight };
  canvas.width = Math.round(size.width * scale);
  canvas.height = Math.round(size.height * scale);
  return size;
}

function dotsPerPixel(): number {
  return Math.min(2, devicePixelRatio || 1);
}

/** Draws the last fifteen minutes as a line, coloured by where it went, with a dot at the newest price. */
export function drawSparkline(
  context: CanvasRenderingContext2D,
  { width, height }: SparkSize,
  ring: SparkRing,
  nowMicros: number,
  colors: SparkColors,
): void {
  const scale = dotsPerPixel();
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  let [low, high, first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, Number.NaN];
  ring.each(nowMicros, (_index, price) => {
    if (Number.isNaN(first)) first = price;
    last = price;
    low = Math.min(low, price);
    high = Math.max(high, price);
  });
  if (Number.isNaN(first)) return;
  const x = (index: number): number => PADDING + (index / (SPARK_BUCKETS - 1)) * (width - 2 * PADDING);
  const range = high - low;
  const y = (price: number): number =>
    range === 0 ? height / 2 : PADDING + (1 - (price - low) / range) * (height - 2 * PADDING);
  const color = last > first ? colors.up : last < first ? colors.down : colors.flat;
  context.beginPath();
  context.strokeStyle = color;
  context.lineWidth = 1.25;
  context.lineJoin = 'round';
  let before = Number.NEGATIVE_INFINITY;
  let end = 0;
  ring.each(nowMicros, (index, price) => {
    if (index - before > GAP_BUCKETS) context.moveTo(x(index), y(price));
    else context.lineTo(x(index), y(price));
    before = index;
    end = index;
  });
  context.stroke();
  context.beginPath();
  context.fillStyle = color;
  context.arc(x(end), y(last), 1.75, 0, Math.PI * 2);
  context.fill();
}
