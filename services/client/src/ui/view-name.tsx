import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** Says to whoever listens which view is shown now, by the name that it gave to the browser's tab. */
export function ViewName({ view }: { readonly view: string }) {
  const text = useSignal('');
  const shown = useRef(view);
  useEffect(() => {
    if (shown.current === view) return undefined;
    shown.current = view;
    // The view names the tab when it is drawn, and a reader notices a text only that comes after the place for it.
    const timer = setTimeout(() => {
      text.value = document.title;
    }, 100);
    return () => clearTimeout(timer);
  }, [view]);
  return (
    <p class="unseen" role="status" data-announces="view">
      {text}
    </p>
  );
}
