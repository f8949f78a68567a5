import type { Signal } from '@preact/signals';
import type { Overlays } from './overlays.ts';

interface Props {
  readonly overlays: Overlays;
  readonly faults: Signal<readonly string[]>;
}

const NAMES: Readonly<Record<string, string>> = {
  compare: 'The comparison',
  studies: 'The studies',
  measure: 'Measuring',
};

/** What lies over a chart says its values here, and what of a link could not be shown. */
export function OverlayRows({ overlays, faults }: Props) {
  return (
    <>
      {overlays.shown.value.map(({ Rows }, index) => (
        <Rows key={index} />
      ))}
      {overlays.lacking.length > 0 && (
        <p class="overlay-faults" role="status">
          {overlays.lacking.map((part) => NAMES[part]).join(' and ')} can’t be loaded now; it is tried again.
        </p>
      )}
      {faults.value.length > 0 && (
        <p class="overlay-faults" role="alert">
          {faults.value.join('. ')}.
          <button
            type="button"
            aria-label="Close this notice"
            onClick={() => {
              faults.value = [];
            }}
          >
            ×
          </button>
        </p>
      )}
    </>
  );
}
