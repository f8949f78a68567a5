import type { ComponentType } from 'preact';
import type { Loadable } from './load-module.ts';
import { LoadNotice } from './load-notice.tsx';
import { useLoaded } from './use-loaded.ts';

/** A view whose script is loaded when it is first shown. */
export function lazyView<P extends object>(part: Loadable<ComponentType<P>>, what: string): ComponentType<P> {
  return function LazyView(props: P) {
    const View = useLoaded(part);
    if (View !== undefined) return <View {...props} />;
    const trouble = part.trouble.value;
    return (
      <main class="page" aria-busy={trouble === undefined}>
        {trouble === undefined ? (
          <div class="skeleton view-wait" role="status" aria-label="Loading" />
        ) : (
          <LoadNotice trouble={trouble} what={what} />
        )}
      </main>
    );
  };
}
