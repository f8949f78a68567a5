import { nowMs } from '../../clock.ts';
import { dateTimeText, offsetText, rangeText } from '../../format/time-text.ts';
import { type ZoneChoice, zoneName } from '../../format/zone.ts';
import { cssColor } from '../../ui/css-color.ts';
import type { ChartController } from '../chart-controller.ts';
import { pictureName } from './file-name.ts';

const PADDING = 16;
const LINE = 18;
const TITLE = 26;

export interface ChartPicture {
  readonly blob: Blob;
  /** Without its ending. */
  readonly name: string;
}

/** What is read of the panel: the legend's lines as they stand there. */
interface Lines {
  readonly text: string;
  readonly color: string;
}

/**
 * Draws the chart as it is, with what the page says around it: stock, range, zone, legend and the time of making.
 * @throws Error there is no chart yet
 */
export async function takePicture(
  controller: ChartController,
  zone: ZoneChoice,
  panel: Element | null,
): Promise<ChartPicture> {
  const { surface } = controller;
  const range = controller.visibleRange();
  if (surface === undefined || range === undefined) throw new Error('There is no chart to take a picture of yet');
  const shot = surface.chart.takeScreenshot(true);
  const ratio = devicePixelRatio;
  const { stock, exchange } = controller.name;
  const lines = legendLines(panel);
  const head = PADDING + TITLE + LINE + lines.length * LINE + 6;
  const canvas = document.createElement('canvas');
  canvas.width = shot.width;
  canvas.height = shot.height + Math.round((head + LINE + PADDING) * ratio);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no pictures');
  context.scale(ratio, ratio);
  context.fillStyle = cssColor('--surface');
  context.fillRect(0, 0, canvas.width / ratio, canvas.height / ratio);
  const { font, text } = surface.colors;
  const write = (line: string, y: number, style: string, color: string): void => {
    context.font = `${style} ${font}`;
    context.fillStyle = color;
    context.fillText(line, PADDING, y, canvas.width / ratio - 2 * PADDING);
  };
  const end = Number.isFinite(range.to) ? range.to : nowMs() / 1000;
  const times = rangeText(zone, range.from * 1e6, end * 1e6);
  const about = `${times} · ${zoneText(zone)} · ${controller.interval.peek()} candles`;
  write(exchange === undefined ? stock : `${stock} (${exchange})`, PADDING + 16, '650 20px', cssColor('--text'));
  write(about, PADDING + TITLE + 10, '13px', text);
  for (const [index, line] of lines.entries()) {
    write(line.text, PADDING + TITLE + LINE + 10 + index * LINE, '12px', line.color);
  }
  context.drawImage(shot, 0, head, shot.width / ratio, shot.height / ratio);
  const made = `Made ${dateTimeText(zone, nowMs() * 1000)} (${offsetText(zone, nowMs())}) by Tickwatch · charts by TradingView`;
  write(made, head + shot.height / ratio + LINE, '11px', text);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The picture is too large');
  return { blob, name: pictureName(stock, zoneName(zone), range.from, end) };
}

/** Lets the browser keep a picture as a file. */
export function savePicture({ blob, name }: ChartPicture): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Puts a picture where it can be pasted from. @throws Error the browser does not allow it */
export async function copyPicture(picture: Promise<ChartPicture>): Promise<void> {
  // Safari wants the promise: what comes later than the click is not allowed any more.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture.then(({ blob }) => blob) })]);
}

function legendLines(panel: Element | null): readonly Lines[] {
  const rows = panel?.querySelectorAll<HTMLElement>('.legend, .overlay-row, .measure-row .measured') ?? [];
  return [...rows].flatMap((row) => {
    const parts = [...row.children].filter(({ tagName }) => tagName !== 'BUTTON').map(textOf);
    const text = parts.filter((part) => part !== '').join('   ');
    const mark = row.querySelector('i');
    const color = mark === null ? cssColor('--text-2') : getComputedStyle(mark).borderTopColor;
    return text === '' ? [] : [{ text, color }];
  });
}

/** What an element says; what only a margin tells apart on the page is told apart by a blank. */
function textOf(element: Element): string {
  const texts = [...element.childNodes].map(({ textContent }) => textContent?.trim() ?? '');
  return texts.filter((text) => text !== '').join(' ');
}

function zoneText(zone: ZoneChoice): string {
  const name = zoneName(zone);
  const offset = offsetText(zone, nowMs());
  return name === offset ? name : `${name} (${offset})`;
}
