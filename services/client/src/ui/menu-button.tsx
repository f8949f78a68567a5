import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface Props {
  readonly label: string;
  /** What the panel holds; it exists while the panel is open. */
  readonly children: ComponentChildren;
}

/** A button that opens a panel below it. Escape, a click elsewhere and leaving it by Tab close it. */
export function MenuButton({ label, children }: Props) {
  const open = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open.value) return undefined;
    const elsewhere = (event: Event): void => {
      // What a click took out of the page is in no part of it any more.
      const target = event.target as Element;
      if (target.isConnected && root.current?.contains(target) === false && target.closest('dialog') === null)
        open.value = false;
    };
    const onEscape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || document.querySelector('dialog[open]') !== null) return;
      open.value = false;
      button.current?.focus();
    };
    const gone = new AbortController();
    addEventListener('pointerdown', elsewhere, { signal: gone.signal });
    addEventListener('focusin', elsewhere, { signal: gone.signal });
    addEventListener('keydown', onEscape, { signal: gone.signal });
    return () => gone.abort();
  }, [open.value, open]);
  return (
    <div class="menu" ref={root}>
      <button
        ref={button}
        type="button"
        class="button"
        aria-expanded={open.value}
        aria-controls={open.value ? id : undefined}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {label} <i aria-hidden="true">▾</i>
      </button>
      {open.value && (
        <section class="menu-panel" id={id} aria-label={label}>
          {children}
        </section>
      )}
    </div>
  );
}
