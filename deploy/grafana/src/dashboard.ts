import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { firingsAnnotation } from './firings-annotation.ts';
import { alerts, alertsRow } from './panels/alerts.ts';
import { answers } from './panels/answers.ts';
import { figures } from './panels/figures.ts';
import { flow } from './panels/flow.ts';
import { holes, holesRow } from './panels/holes.ts';
import { inserts } from './panels/inserts.ts';
import { quality, qualityRow } from './panels/quality.ts';
import { storage, storageRow } from './panels/storage.ts';

export const DASHBOARD_UID = 'tickwatch';

/** The dashboard. Panels stand in the order of this list, left to right and then down, each as wide as it says. */
export function dashboard(): Dashboard {
  const builder = new DashboardBuilder('Tickwatch')
    .uid(DASHBOARD_UID)
    .description('From the feed to the database and back out: the way of every tick, measured.')
    .tags(['tickwatch'])
    .timezone('browser')
    .version(1)
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('10s')
    .time({ from: 'now-30m', to: 'now' })
    .timepicker(new TimePickerBuilder().refreshIntervals(['5s', '10s', '30s', '1m', '5m']))
    .fiscalYearStartMonth(0)
    .liveNow(false)
    .links([])
    .annotations([firingsAnnotation()])
    .variables([]);
  for (const panel of [...figures(), ...inserts(), ...flow(), ...answers()]) builder.withPanel(panel);
  builder.withRow(holesRow());
  for (const panel of holes()) builder.withPanel(panel);
  builder.withRow(alertsRow());
  for (const panel of alerts()) builder.withPanel(panel);
  builder.withRow(qualityRow());
  for (const panel of quality()) builder.withPanel(panel);
  builder.withRow(storageRow());
  for (const panel of storage()) builder.withPanel(panel);
  return builder.build();
}
