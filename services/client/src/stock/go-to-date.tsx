import { useSignal } from '@preact/signals';
import { useKeys } from '../keys/use-keys.ts';
import { Loadable } from '../ui/load-module.ts';
import { LoadNotice } from '../ui/load-notice.tsx';
import { Modal } from '../ui/modal.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import type { FormProps } from './go-to-date-form.tsx';

interface Props {
  /** What the chart shows now, epoch seconds: what the form begins with. */
  readonly shown: () => number;
  readonly go: (at: number) => void;
}

const formPart = new Loadable(async () => (await import('./go-to-date-form.tsx')).GoToDateForm);

/** A button, and the key `g`: a small form that leads the chart to a moment. */
export function GoToDate({ shown, go }: Props) {
  const open = useSignal(false);
  const set = (value: boolean): void => {
    open.value = value;
  };
  useKeys('Chart', [{ keys: ['g'], does: 'Go to a date', run: () => set(true) }]);
  return (
    <>
      <button type="button" class="button" aria-haspopup="dialog" aria-keyshortcuts="g" onClick={() => set(true)}>
        Go to date
      </button>
      {open.value && (
        <Modal class="go-to-date" label="Go to date" onClose={() => set(false)}>
          <LazyForm shown={shown()} go={go} close={() => set(false)} />
        </Modal>
      )}
    </>
  );
}

function LazyForm(props: FormProps) {
  const Form = useLoaded(formPart);
  if (Form !== undefined) return <Form {...props} />;
  const trouble = formPart.trouble.value;
  return trouble === undefined ? null : <LoadNotice trouble={trouble} what="The form" />;
}
