import { dateTimeText } from '../format/time-text.ts';
import { ZONE_CHOICES, type ZoneChoice, zoneLabel, zoneName } from '../format/zone.ts';
import { zone } from '../settings.ts';
import { fieldText, readField } from './history-query.ts';

interface Props {
  readonly label: string;
  /** What an empty field means. */
  readonly open: string;
  /** Epoch µs; undefined: open. */
  readonly time: number | undefined;
  readonly choose: (time: number | undefined) => void;
  readonly problem: string | undefined;
}

/** One bound of a range on the chosen clock; the same moment on the others stands below. */
export function TimeField({ label, open, time, choose, problem }: Props) {
  const name = zoneName(zone.value);
  const id = `field-${label.toLowerCase()}`;
  return (
    <div class={`field time ${problem === undefined ? '' : 'wrong'}`}>
      <label for={id}>
        {label} <small>{zoneLabel(zone.value)} time</small>
      </label>
      <input
        id={id}
        type="datetime-local"
        step={1}
        value={fieldText(name, time)}
        aria-describedby={`${id}-note`}
        aria-invalid={problem !== undefined}
        onChange={(event) => choose(readField(name, event.currentTarget.value))}
      />
      <small id={`${id}-note`} class="note" role={problem === undefined ? undefined : 'alert'}>
        {problem ?? otherClocks(time, zone.value) ?? `Empty: ${open}`}
      </small>
    </div>
  );
}

/** The same moment on the clocks that are not chosen. */
function otherClocks(micros: number | undefined, chosen: ZoneChoice): string | undefined {
  if (micros === undefined) return undefined;
  const own = zoneName(chosen);
  const others = ZONE_CHOICES.filter((choice) => choice !== chosen && zoneName(choice) !== own);
  const seen = new Set<string>();
  return others
    .filter((choice) => !seen.has(zoneName(choice)) && seen.add(zoneName(choice)))
    .map((choice) => `${zoneLabel(choice)} ${dateTimeText(choice, micros)}`)
    .join(' · ');
}
