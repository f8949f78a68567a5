import type { Signal } from '@preact/signals';
import type { Overlays } from './overlays.ts';

interface Props {
  readonly overlays: Overlays;
  readonly faults: Signal<readonly string[]>;
}

/** What lies over a chart says its values here, and what of a link could not be shown. */
export function OverlayRows({ overlays, faults }: Props) {
  return (
    <>
      {overlays.shown.value.map(({ Rows }, index) => (
        <Rows key={index} />
      ))}
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
