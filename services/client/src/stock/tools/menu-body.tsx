import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Loadable, LoadTrouble } from '../../ui/load-module.ts';
import { stepFocus } from '../../ui/menu-focus.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

const TROUBLES: Readonly<Record<LoadTrouble['is'], string>> = {
  offline: 'You are offline: this appears as soon as there is a connection again.',
  updated: 'The server was updated: load the page again to have this.',
  failing: 'This can’t be loaded now; it is tried again.',
};

/** What a menu shows, loaded when it is first opened. */
export function menuBody<P extends object>(part: Loadable<ComponentType<P>>): ComponentType<P> {
  return function MenuBody(props: P) {
    const Body = useLoaded(part);
    const waiting = useRef<HTMLParagraphElement>(null);
    const menu = useRef<HTMLElement | null>(null);
    menu.current ??= waiting.current?.closest<HTMLElement>('.menu') ?? null;
    useEffect(() => {
      // The menu was open before there was anything in it to have the focus.
      if (Body !== undefined && menu.current !== null) stepFocus(menu.current, 0);
    }, [Body]);
    if (Body !== undefined) return <Body {...props} />;
    const trouble = part.trouble.value;
    return (
      <p class="why" ref={waiting} role="status">
        {trouble === undefined ? 'Loading …' : TROUBLES[trouble.is]}
      </p>
    );
  };
}
