import { admin, checkToken, signOut } from '../admin/admin-token.ts';
import { SignIn } from '../admin/sign-in.tsx';
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
