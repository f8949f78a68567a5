import type { ComponentType } from 'preact';
import type { Loadable } from './load-module.ts';
import { LoadNotice } from './load-notice.tsx';
import { useLoaded } from './use-loaded.ts';

/** A part of a view whose script is loaded when it is first shown. */
export function lazyPart<P extends object>(part: Loadable<ComponentType<P>>, what: string): ComponentType<P> {
  return function LazyPart(props: P) {
    const Part = useLoaded(part);
    if (Part !== undefined) return <Part {...props} />;
    const trouble = part.trouble.value;
    return trouble === undefined ? <p role="status">Loading…</p> : <LoadNotice trouble={trouble} what={what} />;
  };
}
