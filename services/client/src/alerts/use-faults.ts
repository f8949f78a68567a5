import { useSignal } from '@preact/signals';
import { ApiError } from '../api/http.ts';
import { keepFocus } from '../ui/kept-focus.ts';

/** What the API found wrong with a form. */
export interface FormFaults {
  readonly busy: boolean;
  /** What is wrong with a field. */
  of(field: string): string | undefined;
  /** What is wrong and is about none of the fields. */
  readonly rest: string | undefined;
  /** What was wrong has been changed since. */
  clear(): void;
  /** Waits for an answer and takes its fault. @returns undefined: it was refused */
  during<T>(asked: Promise<T>): Promise<T | undefined>;
}

/** @param fields those of the form, as the API calls them */
export function useFaults(fields: readonly string[]): FormFaults {
  const state = useSignal<{ readonly busy: boolean; readonly field?: string | undefined; readonly text?: string }>({
    busy: false,
  });
  const { busy, field, text } = state.value;
  return {
    busy,
    of: (name) => (field === name ? text : undefined),
    rest: field === undefined ? text : undefined,
    clear: () => {
      if (state.peek().text !== undefined) state.value = { busy: false };
    },
    during: async (asked) => {
      const giveBack = keepFocus();
      state.value = { busy: true };
      try {
        const answer = await asked;
        state.value = { busy: false };
        return answer;
      } catch (error) {
        state.value = { busy: false, text: (error as Error).message, field: fieldOf(error, fields) };
        return undefined;
      } finally {
        giveBack();
      }
    },
  };
}

/** The field that a refusal is about: `condition.level` and `rule.condition.level` are its `level`, `receivers.0` is `receivers`. */
export function fieldOf(error: unknown, fields: readonly string[]): string | undefined {
  const parts = (error instanceof ApiError ? (error.parameter ?? '') : '').split(/[./]/).filter((part) => part !== '');
  const path = parts.filter((part) => part !== 'rule' && part !== 'condition' && !/^\d+$/.test(part)).join('.');
  return fields.find((field) => field === path) ?? fields.find((field) => path.startsWith(`${field}.`));
}
