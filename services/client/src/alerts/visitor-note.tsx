import { admin, checkToken } from '../admin/admin-token.ts';
import { SignIn } from '../admin/sign-in.tsx';

/** Tells visitors how to become who may change something. @param props.what who it is about, as a sentence begins */
export function VisitorNote({ what, open = false }: { readonly what: string; readonly open?: boolean }) {
  const state = admin.value;
  if (state.is === 'administrator') return null;
  return (
    <details class="visitor" open={open}>
      <summary>
        {what} shows the administrator’s token
        {state.is === 'visitor' && state.refusal !== undefined && <span class="bad">: {state.refusal}</span>}
      </summary>
      {state.is === 'doubtful' ? (
        <p role="status">
          Whether the token is right is not known: {state.failure}{' '}
          <button type="button" class="button" onClick={() => void checkToken()}>
            Ask again
          </button>
        </p>
      ) : (
        <SignIn busy={state.is === 'checking'} />
      )}
    </details>
  );
}
