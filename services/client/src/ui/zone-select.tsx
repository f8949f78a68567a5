import { nowMs } from '../clock.ts';
import { paletteMode } from '../commands/open-palette.ts';
import { offsetText } from '../format/time-text.ts';
import { parseZone, ZONE_CHOICES, type ZoneChoice, zoneLabel, zoneName } from '../format/zone.ts';
import { zone } from '../settings.ts';

const OTHER = 'other';

/** Whose clock times are shown on: the exchange's, UTC, this machine's, or that of any other zone. */
export function ZoneSelect() {
  const named = ZONE_CHOICES.some((choice) => choice === zone.value);
  const choices: readonly ZoneChoice[] = named ? ZONE_CHOICES : [...ZONE_CHOICES, zone.value];
  return (
    <label class="zone" title={`Times are those of ${zoneName(zone.value).replaceAll('_', ' ')}`}>
      <span class="unseen">Time zone</span>
      <select
        value={zone.value}
        onChange={({ currentTarget: select }) => {
          const chosen = parseZone(select.value);
          if (chosen !== undefined) zone.value = chosen;
          else paletteMode.value = 'zones';
          // "Other…" is no choice itself.
          select.value = zone.peek();
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {optionText(choice)}
          </option>
        ))}
        <option value={OTHER}>Other…</option>
      </select>
    </label>
  );
}

/** A place by its last name, as there is little room: `Tokyo (UTC+9)`. */
function optionText(choice: ZoneChoice): string {
  const label = zoneLabel(choice).split('/').pop() ?? '';
  return choice === 'utc' ? label : `${label} (${offsetText(choice, nowMs())})`;
}
