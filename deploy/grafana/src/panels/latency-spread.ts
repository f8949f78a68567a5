import {
  HeatmapCalculationBucketConfigBuilder,
  HeatmapCalculationMode,
  HeatmapCalculationOptionsBuilder,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FilterValueRangeBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapTooltipBuilder,
  PanelBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DATASOURCE } from '../datasource.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { seriesOf } from '../postgres-query.ts';
import { sql } from '../sql.ts';

/** How the times of batches are spread, as percentiles don't show. */
export function latencySpread(): PanelBuilder {
  return new PanelBuilder()
    .id(PANEL_IDS.insertLatencySpread)
    .title('Insert latency, spread')
    .description('How many batches took how long; a darker cell holds more of them.')
    .span(12)
    .height(8)
    .datasource(DATASOURCE)
    .interval('5s')
    .unit('s')
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Linear))
    .calculate(true)
    .calculation(
      new HeatmapCalculationOptionsBuilder()
        .xBuckets(buckets('60'))
        .yBuckets(buckets('20').scale(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10))),
    )
    .yAxis(new YAxisConfigBuilder().unit('s').decimals(3))
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64).exponent(0.5))
    .cellGap(1)
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
    .showLegend()
    .filterValues(new FilterValueRangeBuilder().le(1e-9))
    .withTarget(
      seriesOf(sql`
        SELECT timestamp AS "time", value AS "insert latency"
        FROM metrics WHERE $__timeFilter(timestamp) AND metric = 'insert_latency' ORDER BY 1`),
    );
}

function buckets(count: string): HeatmapCalculationBucketConfigBuilder {
  return new HeatmapCalculationBucketConfigBuilder().mode(HeatmapCalculationMode.Count).value(count);
}
