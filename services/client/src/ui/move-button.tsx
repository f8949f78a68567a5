interface Props {
  readonly label: string;
  /** -1: up, 1: down. */
  readonly by: -1 | 1;
  /** There is no place further on. */
  readonly end: boolean;
  readonly move: (by: number) => void;
}

/** Moves an entry of a list. At the list's end it does nothing, and is not disabled: it would lose the focus, and with it whoever moves by keyboard. */
export function MoveButton({ label, by, end, move }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-disabled={end}
      onClick={({ currentTarget }) => {
        if (end) return;
        move(by);
        // An entry that changes its place loses the focus as well.
        requestAnimationFrame(() => currentTarget.isConnected && currentTarget.focus());
      }}
    >
      {by < 0 ? '↑' : '↓'}
    </button>
  );
}
