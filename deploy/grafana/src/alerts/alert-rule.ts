import { QueryBuilder, type Rule, RuleBuilder } from '@grafana/grafana-foundation-sdk/alerting';
import { TypeReduceBuilder, TypeThresholdBuilder } from '@grafana/grafana-foundation-sdk/expr';
import { DATASOURCE } from '../datasource.ts';
import type { PanelId } from '../panel-ids.ts';
import { seriesOf } from '../postgres-query.ts';

/** A rule that fires when the last value of a query is above a limit. */
export interface AlertRule {
  /** Stays for good: Grafana knows a rule by it, and forgets the silences of one whose uid changes. */
  readonly uid: string;
  readonly title: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
  /** The panel that shows what the rule watches. */
  readonly panelId: PanelId;
  /**
   * One row with the columns "time" and a number; a row each for a third column of names, which becomes a label. Not
   * "metric": Grafana makes the series' name of that and drops the label, and then cannot tell the series apart.
   */
  readonly rawSql: string;
  /** How far back the query's time filter goes, s. */
  readonly overSeconds: number;
  readonly above: number;
  /** How long it has to last: "30s". */
  readonly lasting: string;
  /** What no row at all means. */
  readonly withoutData: Rule['noDataState'];
}

const EXPRESSION = { type: '__expr__', uid: '__expr__' } as const;

/** Query A, its last value B, and the condition C on that. */
export function ruleOf(rule: AlertRule): Rule {
  const expression = (refId: string) =>
    new QueryBuilder(refId).datasourceUid(EXPRESSION.uid).relativeTimeRange({ from: rule.overSeconds, to: 0 });
  return new RuleBuilder(rule.title)
    .uid(rule.uid)
    .condition('C')
    .forDuration(rule.lasting)
    .noDataState(rule.withoutData)
    .execErrState('Error')
    .labels({ severity: rule.severity })
    .annotations({ summary: rule.summary, description: rule.description })
    .withQuery(
      new QueryBuilder('A')
        .datasourceUid(DATASOURCE.uid)
        .relativeTimeRange({ from: rule.overSeconds, to: 0 })
        .model(seriesOf(rule.rawSql, { intervalMs: 1000, maxDataPoints: 43_200 })),
    )
    .withQuery(
      expression('B').model(new TypeReduceBuilder().refId('B').datasource(EXPRESSION).expression('A').reducer('last')),
    )
    .withQuery(
      expression('C').model(
        new TypeThresholdBuilder()
          .refId('C')
          .datasource(EXPRESSION)
          .expression('B')
          .conditions([{ evaluator: { type: 'gt', params: [rule.above] } }]),
      ),
    )
    .build();
}
