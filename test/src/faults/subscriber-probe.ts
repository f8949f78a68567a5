import { GiveUpError, until } from '../servers/index.ts';
import type { LaneReport, LedgerCounts, LedgerReport } from './ledger-report.ts';

interface Dependency {
  readonly ok: boolean;
  readonly detail: string;
}

/** What can be asked of a running subscriber by HTTP. */
export abstract class SubscriberProbe {
  /** Where it listens; `undefined`: not yet. */
  protected abstract readonly port: number | undefined;
  /** @throws GiveUpError it ended */
  protected abstract checkAlive(): void;

  async get(path: string): Promise<Response> {
    if (this.port === undefined) throw new Error('the subscriber does not listen yet');
    return await fetch(`http://127.0.0.1:${this.port}${path}`, { signal: AbortSignal.timeout(5000) });
  }

  async ledger(): Promise<LedgerReport> {
    return (await (await this.get('/ledger')).json()) as LedgerReport;
  }

  /** Waits until the ledger reads like this. */
  async ledgerReads(what: string, is: (total: LedgerCounts) => boolean, timeoutMs = 60_000): Promise<LedgerCounts> {
    return (await this.reports(what, ({ total }) => is(total), timeoutMs)).total;
  }

  /** Waits until the whole report is like this. */
  reports(what: string, is: (report: LedgerReport) => boolean, timeoutMs = 60_000): Promise<LedgerReport> {
    return until(
      async () => {
        this.checkAlive();
        const report = await this.ledger();
        return is(report) ? report : undefined;
      },
      { timeoutMs, everyMs: 50, what: `the ledger reading ${what}` },
    );
  }

  /** Waits until `/readyz` says this of a dependency: `feed`, `log`, `store` or `live`. @returns its detail */
  async saysOf(part: string, ok: boolean, timeoutMs = 60_000): Promise<string> {
    let last = 'nothing';
    return await until(
      async () => {
        this.checkAlive();
        const answer = await this.get('/readyz');
        const body = (await answer.json()) as { dependencies: Record<string, Dependency> };
        const said = body.dependencies[part];
        last = said?.detail ?? 'nothing';
        return said?.ok === ok && (ok || answer.status === 503) ? said.detail || 'no detail' : undefined;
      },
      { timeoutMs, everyMs: 50, what: `/readyz saying that ${part} is ${ok ? 'well' : 'not well'}` },
    ).catch((error: Error) => {
      throw error instanceof GiveUpError ? error : new Error(`${error.message}; it says: ${last}`, { cause: error });
    });
  }

  /** Waits until it leads so many lanes. */
  async leadsAsMany(count: number): Promise<void> {
    await this.reports(`that it leads ${count} lanes`, ({ lanes }) => leading(lanes).length === count);
  }

  /** The lanes that it leads now. */
  async leads(): Promise<readonly string[]> {
    return leading((await this.ledger()).lanes);
  }
}

function leading(lanes: Readonly<Record<string, LaneReport>>): readonly string[] {
  return Object.entries(lanes).flatMap(([lane, { state }]) => (state === 'leading' ? [lane] : []));
}
