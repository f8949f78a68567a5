import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { stepFocus } from '../../ui/menu-focus.ts';

/** What a menu shows, loaded when it is first opened. */
export function menuBody<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function MenuBody(props: P) {
    const [failed, setFailed] = useState(false);
    const [, redraw] = useState(0);
    const waiting = useRef<HTMLParagraphElement>(null);
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (component) => {
          const menu = waiting.current?.closest<HTMLElement>('.menu');
          loaded = component;
          redraw((count) => count + 1);
          // The menu was open before there was anything in it to have the focus.
          if (menu) requestAnimationFrame(() => stepFocus(menu, 0));
        },
        () => setFailed(true),
      );
    }, []);
    if (loaded === undefined)
      return (
        <p class="why" ref={waiting}>
          {failed ? 'This part of the page can’t be loaded now.' : 'Loading …'}
        </p>
      );
    const Body = loaded;
    return <Body {...props} />;
  };
}
