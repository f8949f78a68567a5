import { exchangeOf, type LaneLedgerEntry, type LaneState, type Ledger, type LedgerEntry } from '@tickwatch/core';
import { countText } from '../format/number-text.ts';
import { ScrollArea } from '../ui/scroll-area.tsx';

const COLUMNS = [
  { name: 'received', label: 'Received', title: 'Ticks that came in, and what came in and is none' },
  { name: 'stored', label: 'Stored', title: 'Ticks in the database' },
  { name: 'rejected', label: 'Rejected', title: 'No ticks; counted, and kept with the reason: see below' },
  { name: 'refused', label: 'Refused', title: 'Found no room because the log was full; shown live only' },
  { name: 'lost', label: 'Lost', title: 'Known to be gone: from a damaged log, or from a database that was set back' },
  { name: 'waiting', label: 'Waiting', title: 'On their way into the database' },
] as const;

const LANE_STATES: Readonly<Record<LaneState, string>> = {
  leading: 'led',
  following: 'another subscriber leads',
  draining: 'emptied, then retired',
  leaving: 'being handed over',
  doubtful: 'leader without a database',
  unknown: 'not yet known who leads',
};

/** What became of every tick; each line has to add up. Lanes have lines of their own where an exchange has several. */
export function LedgerTable({ ledger }: { readonly ledger: Ledger }) {
  return (
    <ScrollArea label="Ledger by exchange">
      <table class="ledger">
        <thead>
          <tr>
            <th scope="col">Exchange</th>
            {COLUMNS.map(({ name, label, title }) => (
              <th key={name} scope="col" class="number" title={title}>
                {label}
              </th>
            ))}
            <th scope="col">Balance</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(ledger.exchanges).map(([exchange, entry]) => [
            <Line key={exchange} name={exchange} entry={entry} />,
            ...shownLanes(ledger, exchange).map(([lane, ofLane]) => (
              <Line key={lane} name={lane} entry={ofLane} kind="lane" state={ofLane.state} />
            )),
          ])}
          <Line name="All" entry={ledger.total} kind="total" />
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface LineProps {
  readonly name: string;
  readonly entry: LedgerEntry;
  readonly kind?: 'lane' | 'total';
  readonly state?: LaneState;
}

function Line({ name, entry, kind, state }: LineProps) {
  return (
    <tr class={kind ?? ''}>
      <th scope="row">{name}</th>
      {COLUMNS.map(({ name: column }) => (
        <td key={column} class={`number ${isTrouble(column) && entry[column] > 0 ? 'bad' : ''}`}>
          {countText(entry[column])}
        </td>
      ))}
      <td>{state === undefined ? balanceText(entry) : LANE_STATES[state]}</td>
    </tr>
  );
}

/** An exchange's lanes, unless it has a single one and nothing is to be said about it. */
function shownLanes(ledger: Ledger, exchange: string): readonly (readonly [string, LaneLedgerEntry])[] {
  const lanes = Object.entries(ledger.lanes).filter(([lane]) => exchangeOf(lane) === exchange);
  return lanes.length > 1 ? lanes : lanes.filter(([, { state }]) => state !== 'leading');
}

function isTrouble(column: string): boolean {
  return column === 'refused' || column === 'lost';
}

function balanceText({ received, stored, rejected, refused, lost, waiting }: LedgerEntry) {
  const missing = received - stored - rejected - refused - lost - waiting;
  return missing === 0 ? (
    <span class="good">✓ adds up</span>
  ) : (
    <span class="bad">
      ✗ {countText(Math.abs(missing))} {missing > 0 ? 'unaccounted for' : 'too many'}
    </span>
  );
}
