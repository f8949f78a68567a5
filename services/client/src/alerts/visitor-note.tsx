import { useRef } from 'preact/hooks';
import { admin, checkToken } from '../admin/admin-token.ts';
import { SignIn } from '../admin/sign-in.tsx';

/** Tells visitors how to become who may change something. @param props.what what they may do then, as a sentence begins */
export function VisitorNote({ what, open = false }: { readonly what: string; readonly open?: boolean }) {
  const state = admin.value;
  const wasVisitor = useRef(false);
  // Who comes with a token is not taken for a visitor while the server is asked about it.
  if (state.is === 'administrator' || (state.is === 'checking' && !wasVisitor.current)) return null;
  wasVisitor.current = true;
  return (
    <details class="visitor" open={open}>
      <summary>
        {what}, sign in with the administrator’s token
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
