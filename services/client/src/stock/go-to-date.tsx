import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { nowMs } from '../clock.ts';
import { dateTimeText } from '../format/time-text.ts';
import { parseTypedDate, TYPED_DATES } from '../format/typed-date.ts';
import { zoneLabel, zoneName } from '../format/zone.ts';
import { useKeys } from '../keys/use-keys.ts';
import { zone } from '../settings.ts';

interface Props {
  /** What the chart shows now, epoch seconds: what the form begins with. */
  readonly shown: () => number;
  readonly go: (at: number) => void;
}

/** A button, and the key `g`: a small form that leads the chart to a moment. */
export function GoToDate({ shown, go }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const typed = useSignal('');
  const trouble = useSignal('');
  const id = useId();
  const open = (): void => {
    trouble.value = '';
    typed.value = dateTimeText(zone.peek(), shown() * 1e6);
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLInputElement>('input[type=text]')?.select();
  };
  useKeys('Chart', [{ keys: ['g'], does: 'Goes to a date', run: () => open() as undefined }]);
  const read = (): number | undefined => parseTypedDate(typed.value, zoneName(zone.value), nowMs() / 1000);
  const submit = (event: Event): void => {
    event.preventDefault();
    const at = read();
    trouble.value = troubleWith(typed.value, at);
    if (at === undefined || trouble.value !== '') return;
    dialog.current?.close();
    go(at);
  };
  const at = read();
  const [date = '', time = ''] = at === undefined ? [] : dateTimeText(zone.value, at * 1e6).split(' ');
  const pick = (next: string): void => {
    typed.value = next;
  };
  return (
    <>
      <button type="button" class="button" aria-haspopup="dialog" aria-keyshortcuts="g" onClick={open}>
        Go to date
      </button>
      <dialog ref={dialog} class="go-to-date" aria-labelledby={`${id}-title`}>
        <form onSubmit={submit} noValidate>
          <h2 id={`${id}-title`}>Go to date</h2>
          <label class="field">
            Moment, on the clock of {zoneLabel(zone.value)} time
            <input
              type="text"
              value={typed.value}
              spellcheck={false}
              autocomplete="off"
              aria-describedby={`${id}-hint`}
              aria-invalid={trouble.value !== ''}
              onInput={(event) => pick(event.currentTarget.value)}
            />
          </label>
          <p id={`${id}-hint`} class="hint">
            As in {TYPED_DATES}
          </p>
          <div class="pickers">
            <label class="field">
              Date
              <input
                type="date"
                value={date}
                onChange={({ currentTarget }) => pick(`${currentTarget.value} ${time}`)}
              />
            </label>
            <label class="field">
              Time
              <input
                type="time"
                step={1}
                value={time}
                onChange={({ currentTarget }) => pick(`${date} ${currentTarget.value}`)}
              />
            </label>
          </div>
          <p class="trouble" role="alert">
            {trouble.value}
          </p>
          <div class="choices">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="submit" class="button main">
              Go
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

function troubleWith(typed: string, at: number | undefined): string {
  if (at === undefined) return `“${typed}” is no moment that is understood; it can be ${TYPED_DATES}.`;
  if (at * 1000 > nowMs()) return `“${typed}” lies in the future: no tick can be there yet.`;
  return '';
}
