import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Command, registerCommands } from '../commands/commands.ts';

interface Props {
  /** The address that leads to what is seen; left out: that of the page. */
  readonly address?: () => string;
  /** The same for what goes on live, held at this moment; undefined: it does not. */
  readonly momentAddress?: () => string | undefined;
}

const SHOWN_MS = 2000;

/** Copies the link of this view. Without a secure origin there is no clipboard: then it is shown, to be copied by hand. */
export function CopyLink({ address = () => location.href, momentAddress }: Props) {
  const copied = useSignal<string | undefined>(undefined);
  const byHand = useSignal<string | undefined>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), [byHand.value]);
  const copy = async (what: string, link: string): Promise<void> => {
    const whole = new URL(link, location.href).href;
    try {
      await navigator.clipboard.writeText(whole);
    } catch {
      byHand.value = whole;
      return;
    }
    copied.value = what;
    setTimeout(() => {
      copied.value = undefined;
    }, SHOWN_MS);
  };
  const copyThis = (): void => void copy('link', address());
  const latest = useRef(copyThis);
  latest.current = copyThis;
  useEffect(() => registerCommands(() => [command(latest.current)]), []);
  const moment = momentAddress?.();
  return (
    <div class="copy-link">
      <button type="button" class="button" onClick={copyThis}>
        {copied.value === 'link' ? 'Copied' : 'Copy link'}
      </button>
      {moment !== undefined && (
        <button
          type="button"
          class="button"
          title="Copies a link to what is seen now: it does not go on live"
          onClick={() => void copy('moment', momentAddress?.() ?? moment)}
        >
          {copied.value === 'moment' ? 'Copied' : 'Link to this moment'}
        </button>
      )}
      <span class="unseen" role="status">
        {copied.value === undefined ? '' : 'The link is copied'}
      </span>
      {byHand.value !== undefined && (
        <label>
          Copy it from here:
          <input
            ref={field}
            readOnly
            value={byHand.value}
            onBlur={() => {
              byHand.value = undefined;
            }}
          />
        </label>
      )}
    </div>
  );
}

/** The same from the palette; what comes of it is said where the button stands. */
function command(run: () => void): Command {
  return { id: 'copy-link', title: 'Copy link', group: 'Views', words: ['share', 'address', 'url'], run };
}
