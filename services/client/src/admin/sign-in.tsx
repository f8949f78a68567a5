import { useSignal } from '@preact/signals';
import { signIn } from './admin-token.ts';

/** A token that is pasted, and where it stands. */
export function SignIn({ busy }: { readonly busy: boolean }) {
  const text = useSignal('');
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void signIn(text.value).then(() => {
          text.value = '';
        });
      }}
    >
      {/* Without a name: no form ever writes it into an address. */}
      <label class="field">
        <span>Token</span>
        <input
          type="password"
          required
          autocomplete="off"
          spellcheck={false}
          maxLength={600}
          value={text.value}
          aria-describedby="token-place"
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="button main" disabled={busy}>
        {busy ? 'Asking…' : 'Sign in'}
      </button>
      <small id="token-place">
        It is the setting <code>ADMIN_TOKEN</code>; where that is not set, <code>npm start</code> makes one, which
        stands in the file <code>admin-token</code> of its data folder.
      </small>
    </form>
  );
}
