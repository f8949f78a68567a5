import type { ComponentChildren } from 'preact';

interface Props {
  readonly title: string;
  readonly kind?: 'plain' | 'bad';
  readonly children?: ComponentChildren;
  readonly action?: string;
  readonly onAction?: () => void;
}

/** A calm panel for what is not there: nothing yet, nothing found, trouble and what to do. */
export function Notice({ title, kind = 'plain', children, action, onAction }: Props) {
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <strong>{title}</strong>
      <p>{children}</p>
      {action !== undefined && (
        <button type="button" class="button" onClick={() => onAction?.()}>
          {action}
        </button>
      )}
    </div>
  );
}
