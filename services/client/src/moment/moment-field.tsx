import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { realNowMs } from '../clock.ts';
import { zoneLabel } from '../format/zone.ts';
import { fieldText, MOMENT_FORMS, readMoment } from '../palette/typed-moment.ts';
import { zone } from '../settings.ts';
import { goToMoment } from './moment.ts';

/** The moment that is shown (epoch ms), to be typed; while nobody types, the field follows what is shown. */
export function MomentField({ shown }: { readonly shown: number }) {
  const typed = useSignal<string | undefined>(undefined);
  const trouble = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const submit = (event: Event): void => {
    event.preventDefault();
    const read = readMoment(typed.peek() ?? field.current?.value ?? '', realNowMs());
    if (typeof read === 'string') {
      trouble.value = read;
      return;
    }
    trouble.value = '';
    typed.value = undefined;
    goToMoment(read * 1000);
  };
  return (
    <form class="moment-field" onSubmit={submit} noValidate>
      <label>
        <span class="unseen">Moment to show ({zoneLabel(zone.value)} time)</span>
        <input
          ref={field}
          type="text"
          value={typed.value ?? fieldText(shown).replace('T', ' ')}
          title={`As in ${MOMENT_FORMS}`}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={trouble.value !== ''}
          aria-describedby={`${id}-trouble`}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            trouble.value = '';
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || typed.peek() === undefined) return;
            typed.value = undefined;
            trouble.value = '';
            event.preventDefault();
          }}
        />
      </label>
      <button type="submit" class="button">
        Go
      </button>
      <p id={`${id}-trouble`} class="trouble" role="alert">
        {trouble.value}
      </p>
    </form>
  );
}
