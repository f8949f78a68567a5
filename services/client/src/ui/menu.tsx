import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { enterMenu, placeMenu, stepFocus } from './menu-focus.ts';

interface Props {
  /** What the button says. */
  readonly label: ComponentChildren;
  /** What the menu is called. */
  readonly name: string;
  /** Something is chosen in it that is not as usual. */
  readonly active?: boolean;
  /** Drawn only while it is open. `close`: closes it. */
  readonly children: (close: () => void) => ComponentChildren;
  /** Other parts of the page open it by this name: `data-menu`. */
  readonly handle?: string;
}

/** A button that opens a small panel of choices: the browser's popover, so that Escape, a click elsewhere and the way back of the focus are its own. */
export function Menu({ label, name, active = false, children, handle }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`menu-button ${active ? 'active' : ''}`}
        popovertarget={id}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-menu={handle}
      >
        {label}
        <span class="menu-sign" aria-hidden="true" />
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        class="menu"
        role="dialog"
        aria-label={name}
        onBeforeToggle={(event) => {
          if (event.newState !== 'open') return;
          setOpen(true);
          placeMenu(event.currentTarget, button.current);
        }}
        onToggle={(event) => {
          // Emptied after it is closed: the browser gives the focus back only from what is still there.
          if (event.newState !== 'open') {
            setOpen(false);
            // What had the focus may be gone or disabled by what it did.
            if (document.activeElement === document.body) button.current?.focus({ preventScroll: true });
            return;
          }
          placeMenu(event.currentTarget, button.current);
          enterMenu(event.currentTarget);
        }}
        onKeyDown={(event) => {
          if (event.defaultPrevented || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
          // In a number's field the arrows count.
          if (event.target instanceof HTMLInputElement && event.target.type === 'number') return;
          event.preventDefault();
          stepFocus(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1);
        }}
      >
        {open && children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
