import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  type VizTooltipOptions,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DATASOURCE } from '../datasource.ts';
import type { PanelId } from '../panel-ids.ts';
import { seriesOf } from '../postgres-query.ts';
import type { Color } from './levels.ts';

/** Lines of what cannot be below 0. */
export function chart(id: PanelId, title: string, description: string, rawSql: string): PanelBuilder {
  return signedChart(id, title, description, rawSql).min(0);
}

/** Lines over time. A pause of over a minute breaks a line; under that it only says that nothing was measured. */
export function signedChart(id: PanelId, title: string, description: string, rawSql: string): PanelBuilder {
  return new PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .span(12)
    .height(8)
    .datasource(DATASOURCE)
    .interval('5s')
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(10)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(60_000)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(allSeries())
    .withTarget(seriesOf(rawSql));
}

/** A tooltip that tells all series of a moment, the largest first. */
export function allSeries(): Builder<VizTooltipOptions> {
  return new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
}

/** Levels as dashed lines in a chart. */
export const dashed = () => new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);

/** Levels that colour nothing of a chart, but still say what is good and bad. */
export const unseen = () => new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Off);

/** For `overrideByName`: this series always has this colour. */
export const always = (fixedColor: Color): DynamicConfigValue[] => [
  { id: 'color', value: { mode: 'fixed', fixedColor } },
];
