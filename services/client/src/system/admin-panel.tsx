import { useSignal } from '@preact/signals';
import { admin, checkToken, signIn, signOut } from '../admin/admin-token.ts';
import { RetireLanes } from './retire-lanes.tsx';

/** Who may change something, and how to become it. */
export function AdminPanel() {
  const state = admin.value;
  return (
    <section class="panel admin" aria-label="Administrator">
      <header>
        <h2>Administrator</h2>
        <p>everybody may look; who changes something shows a token</p>
        {(state.is === 'administrator' || state.is === 'doubtful') && (
          <button type="button" class="button" onClick={() => signOut()}>
            Sign out
          </button>
        )}
      </header>
      <p class={`result ${state.is === 'administrator' ? 'good' : 'bad'}`} role="status">
        {state.is === 'administrator' && '✓ Signed in as administrator, in this tab and until it is closed'}
        {state.is === 'visitor' && state.refusal}
        {state.is === 'doubtful' && `Whether the token is right is not known: ${state.failure}`}
      </p>
      {state.is === 'doubtful' && (
        <button type="button" class="button" onClick={() => void checkToken()}>
          Ask again
        </button>
      )}
      {(state.is === 'visitor' || state.is === 'checking') && <SignIn busy={state.is === 'checking'} />}
      {state.is === 'administrator' && <RetireLanes />}
    </section>
  );
}

function SignIn({ busy }: { readonly busy: boolean }) {
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
