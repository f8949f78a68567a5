import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Loadable } from './load-module.ts';
import { LoadNotice } from './load-notice.tsx';
import { enterMenu } from './menu-focus.ts';
import { useLoaded } from './use-loaded.ts';

/** A part of a view, or what a menu shows, whose script is loaded when it is first shown. */
export function lazyPart<P extends object>(part: Loadable<ComponentType<P>>, what: string): ComponentType<P> {
  return function LazyPart(props: P) {
    const Part = useLoaded(part);
    const waiting = useRef<HTMLDivElement>(null);
    const menu = useRef<HTMLElement | null>(null);
    useEffect(() => {
      if (Part === undefined) menu.current = waiting.current?.closest<HTMLElement>('.menu') ?? null;
      // The menu was open before there was anything in it to have the focus.
      else if (menu.current !== null) enterMenu(menu.current);
    }, [Part]);
    if (Part !== undefined) return <Part {...props} />;
    const trouble = part.trouble.value;
    return (
      <div ref={waiting}>
        {trouble === undefined ? <p role="status">Loading…</p> : <LoadNotice trouble={trouble} what={what} />}
      </div>
    );
  };
}

/** A part of a view that nobody waits for: nothing stands in its place until its script is there. */
export function latePart<P extends object>(part: Loadable<ComponentType<P>>): ComponentType<P> {
  return function LatePart(props: P) {
    const Part = useLoaded(part);
    return Part === undefined ? null : <Part {...props} />;
  };
}
