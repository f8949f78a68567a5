import { useSignal } from '@preact/signals';
import type { AddressProblem } from '../address-reader.ts';

/** Says what of a link was not understood, so that nobody takes what is shown for what was asked. */
export function AddressNotice({ problems }: { readonly problems: readonly AddressProblem[] }) {
  const closed = useSignal<readonly AddressProblem[]>([]);
  if (problems.length === 0 || closed.value === problems) return null;
  return (
    <div class="address-notice" role="alert">
      <p>
        {problems.length === 1 ? 'A part of this link was' : 'Parts of this link were'} not understood:{' '}
        {problems.map(({ text }) => text).join('; ')}.
      </p>
      <button
        type="button"
        class="button"
        onClick={() => {
          closed.value = problems;
        }}
      >
        Close
      </button>
    </div>
  );
}
