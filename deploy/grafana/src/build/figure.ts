import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { DATASOURCE } from '../datasource.ts';
import type { PanelId } from '../panel-ids.ts';
import { tableOf } from '../postgres-query.ts';

/** One number of the time range on a coloured ground; the query answers one row. */
export function figure(id: PanelId, title: string, description: string, rawSql: string): PanelBuilder {
  return new PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .height(4)
    .datasource(DATASOURCE)
    .interval('5s')
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .withTarget(tableOf(rawSql));
}
