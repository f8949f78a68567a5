import { ColorType, CrosshairMode, createChartEx, type IChartApi, type Time } from 'lightweight-charts';
import { LOCALE } from '../../format/locale.ts';
import { percentText } from '../../format/number-text.ts';
import type { ZoneScale } from './zone-scale.ts';

/** An empty chart with a time axis of its own, and prices as `label` writes them. */
export function createZoneChart(container: HTMLElement, axis: ZoneScale, label: (price: number) => string): IChartApi {
  return createChartEx<Time, ZoneScale>(container, axis, {
    autoSize: true,
    // The library's own logo needs an inline style sheet, which the page's policy forbids; the view has the link.
    layout: { attributionLogo: false, background: { type: ColorType.Solid, color: 'transparent' } },
    crosshair: { mode: CrosshairMode.Normal },
    timeScale: { rightOffset: 4, minBarSpacing: 0.35, shiftVisibleRangeOnNewBar: true },
    localization: {
      locale: LOCALE,
      priceFormatter: label,
      percentageFormatter: (percent: number) => percentText(percent / 100),
    },
    kineticScroll: { mouse: false, touch: true },
  });
}
