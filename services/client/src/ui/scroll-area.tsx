import type { ComponentChildren } from 'preact';

interface Props {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Holds a table that may be wider than the page; keys can scroll it, too. */
export function ScrollArea({ label, children }: Props) {
  const reachable = { role: 'region', tabIndex: 0, 'aria-label': label } as const;
  return (
    <div class="table-scroll" {...reachable}>
      {children}
    </div>
  );
}
