import { useSignal } from '@preact/signals';
import type { ZoneChoice } from '../format/zone.ts';
import type { ChartController } from './chart-controller.ts';
import { partText } from './coverage-text.ts';
import type { PlacedCoverage } from './drawing/coverage-places.ts';
import { hang } from './hang.ts';
import type { PlacedPart } from './placed-parts.ts';

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
  readonly placed: PlacedCoverage;
  readonly explain: (part: PlacedPart, from: HTMLElement) => void;
}

/** Under the chart's time axis, at its places: what of the visible time is here, and why not. One stop of the Tab key. */
export function CoverageStrip({ controller, zone, placed, explain }: Props) {
  const current = useSignal(0);
  const pointed = useSignal<number | undefined>(undefined);
  const { parts, left, width } = placed;
  const reached = Math.min(current.value, parts.length - 1);
  const point = (index: number | undefined): void => {
    pointed.value = index;
    controller.surface?.point(index === undefined ? undefined : parts[index]?.holes[0]);
  };
  const told = pointed.value === undefined ? undefined : parts[pointed.value];
  return (
    <div class="coverage-strip" ref={(element) => place(element, left, width)}>
      <div
        class="strip-parts"
        role="toolbar"
        aria-label="Coverage of the time in view"
        onKeyDown={(event) => moveFocus(event)}
      >
        {parts.map((part, index) => (
          <button
            // By its order, so that the focus stays while parts move.
            key={index}
            type="button"
            class={`strip-part ${part.kind}`}
            tabIndex={index === reached ? 0 : -1}
            aria-label={partText(zone, part)}
            aria-haspopup="dialog"
            ref={(element) => place(element, part.left, part.right - part.left)}
            onClick={(event) => explain(part, event.currentTarget)}
            onFocus={() => {
              current.value = index;
              point(index);
            }}
            onBlur={() => point(undefined)}
            onPointerEnter={() => point(index)}
            onPointerLeave={() => point(undefined)}
          />
        ))}
      </div>
      {told !== undefined && (
        <p class="strip-hint" aria-hidden="true" ref={(element) => hang(element, told, width)}>
          {partText(zone, told)}
        </p>
      )}
    </div>
  );
}

/** The page's policy forbids styles in the markup, not those that a script sets. */
function place(element: HTMLElement | null, left: number, width: number): void {
  if (element === null) return;
  element.style.left = `${left}px`;
  element.style.width = `${width}px`;
}

function moveFocus(event: KeyboardEvent): void {
  const { key, currentTarget, target } = event;
  const parts = [...(currentTarget as HTMLElement).querySelectorAll('button')];
  const at = parts.indexOf(target as HTMLButtonElement);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: parts.length - 1 }[key];
  if (next === undefined) return;
  event.preventDefault();
  parts[Math.min(parts.length - 1, Math.max(0, next))]?.focus();
}
