import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

interface Props {
  /** What the button says; the same word confirms. */
  readonly action: string;
  /** For whoever hears it without seeing what stands beside it. */
  readonly label?: string;
  readonly question: string;
  /** What comes of it. */
  readonly children: ComponentChildren;
  readonly busy: boolean;
  readonly onConfirm: () => void;
}

/** A button for what can't be undone: it asks first, and what it asks is answered "no" by Escape and by Enter. */
export function ConfirmedButton({ action, label, question, children, busy, onConfirm }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  return (
    <>
      <button
        type="button"
        class="button danger"
        aria-label={label}
        aria-haspopup="dialog"
        disabled={busy}
        onClick={() => dialog.current?.showModal()}
      >
        {action}…
      </button>
      <dialog ref={dialog} class="confirm" aria-labelledby={`${id}-q`} aria-describedby={`${id}-d`}>
        <h2 id={`${id}-q`}>{question}</h2>
        <p id={`${id}-d`}>{children}</p>
        <div class="choices">
          {/* The first of a dialog has the focus: what nobody meant is not done by Enter. */}
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button
            type="button"
            class="button danger"
            onClick={() => {
              dialog.current?.close();
              onConfirm();
            }}
          >
            {action}
          </button>
        </div>
      </dialog>
    </>
  );
}
