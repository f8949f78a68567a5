import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Command } from '../commands/commands.ts';
import { countText } from '../format/number-text.ts';
import type { PaletteAnswer } from './palette-answer.ts';

interface Props {
  readonly answer: PaletteAnswer;
  readonly current: Command | undefined;
  readonly choose: (entry: Command) => void;
  readonly list: RefObject<HTMLDivElement | null>;
}

/** Names may hold anything; an id holds no white space. */
export function optionId({ id }: Command): string {
  return `palette-${encodeURIComponent(id)}`;
}

/** What was found, under headings; the current one is kept in sight. */
export function PaletteList({ answer: { groups, note }, current, choose, list }: Props) {
  useEffect(() => {
    if (current !== undefined) document.getElementById(optionId(current))?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const count = groups.reduce((sum, { entries, more }) => sum + entries.length + more, 0);
  return (
    <>
      <div class="palette-list" id="palette-list" role="listbox" aria-label="What was found" ref={list}>
        {groups.map(({ name, entries, more }) => (
          <fieldset key={name} aria-labelledby={`palette-${encodeURIComponent(name)}`}>
            <div class="palette-group" role="presentation" id={`palette-${encodeURIComponent(name)}`}>
              {name}
              {more > 0 && <small>and {countText(more)} more</small>}
            </div>
            {entries.map((entry) => (
              <Option key={entry.id} entry={entry} current={entry === current} choose={choose} />
            ))}
          </fieldset>
        ))}
      </div>
      {note !== undefined && <p class="palette-note">{note}</p>}
      <p class="unseen" role="status">
        {note ?? `${countText(count)} found`}
      </p>
    </>
  );
}

interface OptionProps {
  readonly entry: Command;
  readonly current: boolean;
  readonly choose: (entry: Command) => void;
}

function Option({ entry, current, choose }: OptionProps) {
  return (
    // The field keeps the focus and answers the keys; an option only takes clicks and taps.
    <button
      type="button"
      id={optionId(entry)}
      class="palette-option"
      role="option"
      tabIndex={-1}
      aria-selected={current}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => choose(entry)}
    >
      <span>{entry.title}</span>
      {entry.hint !== undefined && entry.hint !== '' && <small>{entry.hint}</small>}
    </button>
  );
}
