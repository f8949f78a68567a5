import { useSignal } from '@preact/signals';
import { listQuery } from './list-link.ts';
import type { Watchlist } from './watchlists.ts';

/** Copies a link that carries the list. Where there is no clipboard (no secure origin) the link is shown. */
export function CopyListLink({ list }: { readonly list: Watchlist }) {
  const said = useSignal<'copied' | 'shown' | undefined>(undefined);
  const query = listQuery(list);
  const link = `${location.origin}/${query ?? ''}`;
  if (query === undefined)
    return <p role="status">With {list.stocks.length} stocks this list is too long for a link.</p>;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      said.value = 'copied';
      setTimeout(() => {
        said.value = undefined;
      }, 2000);
    } catch {
      said.value = 'shown';
    }
  };
  return (
    <>
      <button type="button" class="button" onClick={() => void copy()}>
        <span aria-live="polite">{said.value === 'copied' ? 'Copied' : 'Copy link'}</span>
      </button>
      {said.value === 'shown' && (
        <input
          class="list-link"
          aria-label="Link of the list"
          readOnly
          value={link}
          ref={(input) => input?.select()}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </>
  );
}
