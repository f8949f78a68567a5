import type { ComponentChildren } from 'preact';

interface Props {
  /** The line's colour and dashes, as the style sheet names them: `study-1`. */
  readonly mark: string;
  readonly title: string;
  readonly remove: (() => void) | undefined;
  readonly children: ComponentChildren;
}

/** One line of a chart under its legend, with a button that takes it away. */
export function RemovableRow({ mark, title, remove, children }: Props) {
  return (
    <li class={`overlay-row ${mark}`}>
      <i aria-hidden="true" />
      <span class="name">{title}</span>
      {children}
      {remove !== undefined && (
        <button type="button" aria-label={`Remove ${title}`} title={`Remove ${title}`} onClick={remove}>
          ×
        </button>
      )}
    </li>
  );
}
