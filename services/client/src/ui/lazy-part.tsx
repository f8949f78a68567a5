import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Loadable } from './load-module.ts';
import { stepFocus } from './menu-focus.ts';
import { useLoaded } from './use-loaded.ts';

/** A part of a view, or what a menu shows, whose script is loaded when it is first shown. */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const part = new Loadable(load);
  return function LazyPart(props: P) {
    const Part = useLoaded(part);
    const waiting = useRef<HTMLParagraphElement>(null);
    const menu = useRef<HTMLElement | null>(null);
    useEffect(() => {
      if (Part === undefined) menu.current = waiting.current?.closest<HTMLElement>('.menu') ?? null;
      // The menu was open before there was anything in it to have the focus.
      else if (menu.current !== null) stepFocus(menu.current, 0);
    }, [Part]);
    if (Part !== undefined) return <Part {...props} />;
    const trouble = part.trouble.value;
    return (
      <p class="lazy-part" role="status" ref={waiting}>
        {trouble === undefined
          ? 'Loading…'
          : trouble.is === 'offline'
            ? 'You are offline. This appears when there is a connection again.'
            : trouble.is === 'updated'
              ? 'The server was updated: reload the page.'
              : 'This can’t be loaded now. The page keeps trying by itself.'}
      </p>
    );
  };
}
