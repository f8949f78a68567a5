import { useSignal } from '@preact/signals';
import type { AlertPreview, NewAlertRule } from '@tickwatch/core';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../api/http.ts';
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
const AGAIN_MS = 3000;

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
    const ask = async (): Promise<void> => {
      try {
        state.value = { busy: false, found: await previewRule({ rule: asked }, abort.signal) };
      } catch (error) {
        if (abort.signal.aborted) return;
        state.value = { busy: false, failure: { text: (error as Error).message, field: fieldOf(error, fields) } };
        // Others may be looking at their previews.
        if (error instanceof ApiError && error.passing) timer = setTimeout(ask, error.retryAfterMs ?? AGAIN_MS);
      }
    };
    let timer = setTimeout(ask, PAUSE_MS);
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
