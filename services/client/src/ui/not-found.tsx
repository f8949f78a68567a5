import { Notice } from './notice.tsx';
import { useTitle } from './use-title.ts';

/** What an address shows that leads nowhere. */
export function NotFound({ path }: { readonly path: string }) {
  useTitle('Not found');
  return (
    <main class="page">
      <h1 class="unseen">Not found</h1>
      <Notice title="There is no such page">
        Nothing is at <code>{path.length > 80 ? `${path.slice(0, 80)}…` : path}</code>. Go to the{' '}
        <a href="/">board of all stocks</a>, to the <a href="/history">history</a> or to the{' '}
        <a href="/system">system</a>.
      </Notice>
    </main>
  );
}
