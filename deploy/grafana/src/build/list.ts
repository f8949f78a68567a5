import { FieldTextAlignment, TableCellHeight, TableFooterOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { DATASOURCE } from '../datasource.ts';
import type { PanelId } from '../panel-ids.ts';
import { tableOf } from '../postgres-query.ts';

/** Rows as the query answers them. */
export function list(id: PanelId, title: string, description: string, rawSql: string): PanelBuilder {
  return new PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .height(10)
    .datasource(DATASOURCE)
    .interval('5s')
    .unit('short')
    .align(FieldTextAlignment.Auto)
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .footer(new TableFooterOptionsBuilder().show(false))
    .withTarget(tableOf(rawSql));
}

/** For `overrideByName`: a column of moments. */
export const moments = (): DynamicConfigValue[] => [{ id: 'unit', value: 'dateTimeAsIso' }];

/** For `overrideByName`: a column of seconds. */
export const seconds = (): DynamicConfigValue[] => [
  { id: 'unit', value: 's' },
  { id: 'decimals', value: 1 },
];
