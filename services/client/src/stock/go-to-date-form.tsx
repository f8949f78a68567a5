import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { nowMs, realNowMs } from '../clock.ts';
import { zoneLabel } from '../format/zone.ts';
import { replayFrom } from '../moment/replay-from.ts';
import { fieldText, MOMENT_FORMS, readMoment } from '../palette/typed-moment.ts';
import { zone } from '../settings.ts';

export interface FormProps {
  /** What the chart shows now, epoch seconds. */
  readonly shown: number;
  readonly go: (at: number) => void;
  readonly close: () => void;
}

/** A moment to be typed, or chosen by date and time; each follows the other. */
export function GoToDateForm({ shown, go, close }: FormProps) {
  const field = useRef<HTMLInputElement>(null);
  const typed = useSignal(fieldText(shown * 1000).replace('T', ' '));
  const trouble = useSignal('');
  const id = useId();
  useEffect(() => field.current?.select(), []);
  const submit = (lead: (at: number) => void): void => {
    const read = readMoment(typed.peek(), nowMs(), realNowMs());
    if (typeof read === 'string') trouble.value = read;
    else if (lead === go && read > nowMs()) {
      trouble.value = 'That is after the moment that the page shows: “Replay from there” leads the page to it.';
    } else {
      close();
      lead(read / 1000);
    }
  };
  const read = readMoment(typed.value, nowMs(), realNowMs());
  const [date = '', time = ''] = typeof read === 'string' ? [] : fieldText(read).split('T');
  const type = (text: string): void => {
    typed.value = text;
    trouble.value = '';
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit(go);
      }}
      noValidate
    >
      <h2>Go to date</h2>
      <label class="field">
        Moment ({zoneLabel(zone.value)} time)
        <input
          ref={field}
          type="text"
          value={typed.value}
          spellcheck={false}
          autocomplete="off"
          aria-describedby={`${id}-hint`}
          aria-invalid={trouble.value !== ''}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </label>
      <p id={`${id}-hint`} class="hint">
        As in {MOMENT_FORMS}
      </p>
      <div class="pickers">
        <label class="field">
          Date
          <input type="date" value={date} onChange={(event) => type(`${event.currentTarget.value} ${time}`.trim())} />
        </label>
        <label class="field">
          Time
          <input
            type="time"
            step={1}
            value={time}
            onChange={(event) => type(`${date} ${event.currentTarget.value}`.trim())}
          />
        </label>
      </div>
      <p class="trouble" role="alert">
        {trouble.value}
      </p>
      <p class="hint">
        “Go” moves this chart there. “Replay from there” takes the whole page back: to what was known then, and on from
        it.
      </p>
      <div class="choices">
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <button type="button" class="button" onClick={() => submit(replayFrom)}>
          Replay from there
        </button>
        <button type="submit" class="button main">
          Go
        </button>
      </div>
    </form>
  );
}
