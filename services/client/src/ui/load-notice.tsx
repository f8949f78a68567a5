import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LoadTrouble } from './load-module.ts';
import { Notice } from './notice.tsx';

/** Says why a part of the page is not there yet, and what becomes of it. */
export function LoadNotice({ trouble, what }: { readonly trouble: LoadTrouble; readonly what: string }) {
  const left = useSecondsUntil(trouble.is === 'failing' ? trouble.at : 0);
  if (trouble.is === 'offline') {
    return <Notice title="You are offline">{what} appears by itself as soon as there is a connection again.</Notice>;
  }
  const reload = { action: 'Reload the page', onAction: () => location.reload() };
  if (trouble.is === 'updated') {
    return (
      <Notice kind="bad" title="The server was updated" {...reload}>
        {what} belongs to a newer page than this one. After a reload everything fits together again.
      </Notice>
    );
  }
  return (
    <Notice kind="bad" title={`${what} can’t be loaded`} {...reload}>
      {/* Counted down for the eye alone: an alert that changes each second would be read out each second. */}
      <span aria-hidden="true">{left > 0 ? `Trying again in ${left} s.` : 'Trying again…'}</span>
      <span class="unseen">The page keeps trying by itself.</span>
    </Notice>
  );
}

function useSecondsUntil(at: number): number {
  const now = useSignal(performance.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = performance.now();
    }, 250);
    return () => clearInterval(timer);
  }, []);
  return Math.ceil(Math.max(0, at - now.value) / 1000);
}
