import { useSignal } from '@preact/signals';
import type { AlertPreview, NewAlertRule } from '@tickwatch/core';
import { useEffect } from 'preact/hooks';
import { previewRule } from './alert-api.ts';
import { fieldOf } from './use-faults.ts';

/** What a rule would have fired, as far as it is known. */
export interface Preview {
  readonly found: AlertPreview | undefined;
  readonly busy: boolean;
  /** What is wrong and is about none of the form's fields. */
  readonly failure: string | undefined;
  faultOf(field: string): string | undefined;
}

/** Whoever types is not asked about at every letter. */
const PAUSE_MS = 400;

interface State {
  readonly found?: AlertPreview;
  readonly busy: boolean;
  readonly failure?: { readonly text: string; readonly field: string | undefined };
}

/**
 * Asks what a rule would have fired in the last 30 days, anew when it has changed and nobody types.
 * @param rule undefined: it is not whole yet
 * @param fields those of the form, as the API calls them
 */
export function usePreview(rule: NewAlertRule | undefined, fields: readonly string[]): Preview {
  const state = useSignal<State>({ busy: false });
  // What it is called and who is told change nothing about when it fires.
  const asked = rule && { ...rule, name: 'preview', receivers: [], enabled: true };
  const key = asked === undefined ? undefined : JSON.stringify(asked);
  useEffect(() => {
    if (asked === undefined) {
      state.value = { busy: false };
      return undefined;
    }
    state.value = { ...state.peek(), busy: true };
    const abort = new AbortController();
    const timer = setTimeout(() => {
      previewRule({ rule: asked }, abort.signal).then(
        (found) => {
          state.value = { busy: false, found };
        },
        (error: Error) => {
          if (abort.signal.aborted) return;
          state.value = { busy: false, failure: { text: error.message, field: fieldOf(error, fields) } };
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);
  const { busy, found, failure } = state.value;
  return {
    busy,
    found,
    failure: failure?.field === undefined ? failure?.text : undefined,
    faultOf: (field) => (failure?.field === field ? failure.text : undefined),
  };
}
