import { useSignal } from '@preact/signals';
import { keepFocus } from '../ui/kept-focus.ts';

/** A change that runs, was done or failed, in words for whoever asked for it. */
export interface Change {
  readonly busy: boolean;
  readonly done: string | undefined;
  readonly failure: string | undefined;
  /** @param work resolves with what is to be said; an error's message is said instead */
  run(work: () => Promise<string>): void;
}

export function useChange(): Change {
  const state = useSignal<Omit<Change, 'run'>>({ busy: false, done: undefined, failure: undefined });
  const run = async (work: () => Promise<string>): Promise<void> => {
    const giveBack = keepFocus();
    state.value = { busy: true, done: undefined, failure: undefined };
    try {
      state.value = { busy: false, done: await work(), failure: undefined };
    } catch (error) {
      state.value = { busy: false, done: undefined, failure: (error as Error).message };
    }
    giveBack();
  };
  return { ...state.value, run: (work) => void run(work) };
}
