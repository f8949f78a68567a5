import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { dateTimeText } from '../../format/time-text.ts';
import type { ZoneChoice } from '../../format/zone.ts';
import type { ChartController } from '../chart-controller.ts';
import { alertsOf, ChartAlerts } from './chart-alerts.ts';
import { MOST_FIRINGS } from './chart-firings.ts';
import { type ChartLevel, DIRECTION_SIGNS, levelText } from './chart-level.ts';

export { alertsOf };

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
}

const MOST_LISTED = 20;
/** What is seen around a firing that is looked at, at least, seconds to each side. */
const AROUND = 300;

/** The flags and levels of a chart in words: those under the crosshair, and all in a list, for eyes, keys and readers. */
export function AlertNotes({ controller, zone }: Props) {
  const alerts = useMemo(() => new ChartAlerts(controller), [controller]);
  useEffect(() => () => alerts.dispose(), [alerts]);
  const opened = useSignal(false);
  const hovered = useComputed(() => {
    const legend = controller.legend.value;
    const fired = alerts.firings.value.length > 0 && legend?.hovered === true ? alerts.firedIn(legend.bar.time) : [];
    const level = alerts.level.value;
    return [...fired.map((text) => `⚑ ${text}`), ...(level === undefined ? [] : [`╌ ${levelText(level)}`])].join('\n');
  });
  const firings = alerts.firings.value;
  const levels = alerts.levels.value;
  const address = `/alerts?stock=${encodeURIComponent(controller.name.stock)}`;
  const point = (id: string | undefined) => () => alerts.marks.point(id);
  const pointing = (id: string) => ({
    ...{ onFocus: point(id), onBlur: point(undefined) },
    ...{ onPointerEnter: point(id), onPointerLeave: point(undefined) },
  });
  return (
    <div class="hole-notes alert-notes">
      {(firings.length > 0 || levels.length > 0) && (
        <details
          open={opened.value}
          onToggle={(event) => {
            opened.value = event.currentTarget.open;
          }}
        >
          <summary>{summaryText(firings.length, levels.length, alerts.isCut.value)}</summary>
          <ul>
            {firings
              .slice(-MOST_LISTED)
              .toReversed()
              .map(({ id, time, text }) => (
                <li key={id}>
                  <button
                    type="button"
                    title="Show it"
                    onClick={() => controller.show({ from: time - AROUND, to: time + AROUND })}
                    {...pointing(id)}
                  >
                    ⚑ {dateTimeText(zone, time * 1e6)}: {text}
                  </button>
                </li>
              ))}
            {firings.length > MOST_LISTED && (
              <li>
                The newest {MOST_LISTED} of {firings.length}; <a href={address}>all of them</a>
              </li>
            )}
            {nearest(levels, controller.model.window.bars.at(-1)?.close).map((level) => (
              <li key={level.rule}>
                <a href={`/alerts?edit=${encodeURIComponent(level.rule)}`} title="Change it" {...pointing(level.rule)}>
                  {DIRECTION_SIGNS[level.direction]} {levelText(level)}
                </a>
              </li>
            ))}
            {(levels.length > MOST_LISTED || alerts.isCut.value) && (
              <li>
                Levels near the newest price; <a href={address}>all rules</a>
              </li>
            )}
          </ul>
        </details>
      )}
      {hovered.value !== '' && <p class="band-text alert-text">{hovered.value}</p>}
    </div>
  );
}

/** Of very many, those that a price is closest to. */
function nearest(levels: readonly ChartLevel[], price: number | undefined): readonly ChartLevel[] {
  if (levels.length <= MOST_LISTED || price === undefined) return levels.slice(0, MOST_LISTED);
  const farness = ({ price: level }: ChartLevel): number => Math.abs(level - price);
  const near = new Set(levels.toSorted((a, b) => farness(a) - farness(b)).slice(0, MOST_LISTED));
  return levels.filter((level) => near.has(level));
}

function summaryText(fired: number, levels: number, isCut: boolean): string {
  const most = fired >= MOST_FIRINGS ? ' or more' : '';
  const firings = fired === 0 ? '' : fired === 1 ? '1 alert fired in view' : `${fired}${most} alerts fired in view`;
  const watched =
    levels === 0 ? '' : levels === 1 ? '1 level watched' : `${levels}${isCut ? ' or more' : ''} levels watched`;
  return [firings, watched].filter((text) => text !== '').join(', ');
}
