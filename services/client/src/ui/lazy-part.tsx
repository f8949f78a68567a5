import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

/** A part of a view whose script is loaded when it is first shown; what can't be loaded can be tried again. */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function LazyPart(props: P) {
    const state = useSignal<'loading' | 'ready' | 'failed'>(loaded === undefined ? 'loading' : 'ready');
    const begin = (): void => {
      state.value = 'loading';
      load().then(
        (component) => {
          loaded = component;
          state.value = 'ready';
        },
        () => {
          state.value = 'failed';
        },
      );
    };
    useEffect(() => {
      if (loaded === undefined) begin();
    }, []);
    if (state.value === 'ready' && loaded !== undefined) {
      const Part = loaded;
      return <Part {...props} />;
    }
    return (
      <p class="lazy-part" role={state.value === 'failed' ? 'alert' : 'status'}>
        {state.value === 'failed' ? 'This can’t be loaded now. ' : 'Loading…'}
        {state.value === 'failed' && (
          <button type="button" class="button" onClick={begin}>
            Try again
          </button>
        )}
      </p>
    );
  };
}
