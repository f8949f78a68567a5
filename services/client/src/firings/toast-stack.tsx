import { useEffect, useRef } from 'preact/hooks';
import { FiringLine } from './firing-line.tsx';
import { MOST_TOASTS, type Toasts } from './toasts.ts';

/** Of more, the newest; the others are counted. */
const MOST = 3;
/** Where more would cover all there is. */
const NARROW = matchMedia('(max-width: 720px)');

interface Props {
  readonly toasts: Toasts;
  /** Told which firing somebody has dealt with. */
  readonly see: (id: string) => void;
}

/** What fired just now, in a corner, and in words for who reads the page aloud; it waits while a hand or the focus is on it. */
export function ToastStack({ toasts, see }: Props) {
  const stack = useRef<HTMLElement>(null);
  const shown = toasts.shown.value;
  const most = NARROW.matches ? 1 : MOST;
  const more = shown.length - most;
  // Above whatever else is open, also a chart that fills the screen.
  useEffect(() => {
    if (shown.length > 0) stack.current?.showPopover();
    else stack.current?.hidePopover();
  }, [shown.length > 0]);
  const hold = (isHeld: boolean) => (): void => {
    toasts.isHeld = isHeld;
  };
  const done = (id: string): void => {
    see(id);
    toasts.close(id);
  };
  return (
    <>
      <p class="unseen" role="status">
        {toasts.said.value}
      </p>
      <section
        ref={stack}
        popover="manual"
        class="toasts"
        aria-label="Alerts that fired"
        onPointerEnter={hold(true)}
        onPointerLeave={hold(false)}
        onFocusIn={hold(true)}
        onFocusOut={hold(false)}
      >
        {shown.slice(0, most).map(({ firing }) => (
          <div class="toast" key={firing.id}>
            <strong>{firing.rule_name}</strong>
            <FiringLine firing={firing} onFollow={() => done(firing.id)} />
            <button type="button" aria-label={`Close: ${firing.rule_name}`} onClick={() => done(firing.id)}>
              ×
            </button>
          </div>
        ))}
        {more > 0 && (
          <div class="toast toast-more">
            <a href="/alerts" onClick={() => toasts.clear()}>
              and {more}
              {shown.length === MOST_TOASTS && '+'} more
            </a>
            <button type="button" onClick={() => toasts.clear()}>
              Close all
            </button>
          </div>
        )}
      </section>
    </>
  );
}
