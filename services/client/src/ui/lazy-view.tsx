import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from './notice.tsx';

/** A view whose script is loaded when it is first shown. */
export function lazyView<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function LazyView(props: P) {
    const [, redraw] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (component) => {
          loaded = component;
          redraw((count) => count + 1);
        },
        () => setFailed(true),
      );
    }, []);
    if (loaded !== undefined) {
      const View = loaded;
      return <View {...props} />;
    }
    return (
      <main class="page" aria-busy={!failed}>
        {failed && (
          <Notice
            kind="bad"
            title="This part of the page can’t be loaded"
            action="Reload"
            onAction={() => location.reload()}
          >
            The server may have been updated in between.
          </Notice>
        )}
      </main>
    );
  };
}
