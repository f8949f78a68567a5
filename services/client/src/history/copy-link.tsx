import { useSignal } from '@preact/signals';

/** Copies the address of this view. Without a secure origin there is no clipboard; the address bar has the same link. */
export function CopyLink() {
  const copied = useSignal(false);
  if (!('clipboard' in navigator)) return null;
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        navigator.clipboard.writeText(location.href).then(
          () => {
            copied.value = true;
            setTimeout(() => {
              copied.value = false;
            }, 2000);
          },
          () => {
            copied.value = false;
          },
        );
      }}
    >
      <span aria-live="polite">{copied.value ? 'Copied' : 'Copy link'}</span>
    </button>
  );
}
