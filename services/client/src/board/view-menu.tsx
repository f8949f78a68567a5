import { MoveButton } from '../ui/move-button.tsx';
import { chosenColumns, favouritesFirst, isPhone, moversShown, shownColumns } from './board-settings.ts';
import { COLUMN_NAMES, type ColumnName, columnOf, moveColumn } from './columns.ts';

/** Which columns the board shows, in which order, and what else it does. Kept in the browser. */
export function ViewMenu() {
  const shown = shownColumns.value;
  const hidden = COLUMN_NAMES.filter((name) => !shown.includes(name));
  return (
    <>
      <fieldset class="menu-checks">
        <legend class="unseen">Rows</legend>
        <Check setting={favouritesFirst} label="Favourites first" />
        {!isPhone.value && <Check setting={moversShown} label="Movers above the rows" />}
      </fieldset>
      {isPhone.value ? (
        <p>A screen as narrow as this one has room for four columns; a wider one lets you choose.</p>
      ) : (
        <>
          <h2>Columns</h2>
          <ul class="menu-list" aria-label="Columns">
            {[...shown, ...hidden].map((name) => (
              <ColumnChoice key={name} name={name} shown={shown} />
            ))}
          </ul>
          <button
            type="button"
            class="button"
            disabled={chosenColumns.value === null}
            onClick={() => {
              chosenColumns.value = null;
            }}
          >
            Usual columns
          </button>
        </>
      )}
    </>
  );
}

interface CheckProps {
  readonly setting: { value: boolean };
  readonly label: string;
}

function Check({ setting, label }: CheckProps) {
  return (
    <label class="menu-check">
      <input
        type="checkbox"
        checked={setting.value}
        onChange={(event) => {
          setting.value = event.currentTarget.checked;
        }}
      />
      {label}
    </label>
  );
}

interface ChoiceProps {
  readonly name: ColumnName;
  readonly shown: readonly ColumnName[];
}

function ColumnChoice({ name, shown }: ChoiceProps) {
  const place = shown.indexOf(name);
  const { label, title } = columnOf(name);
  const move = (by: number): void => {
    chosenColumns.value = moveColumn(shown, name, by);
  };
  return (
    <li>
      <label class="menu-check" title={title}>
        <input
          type="checkbox"
          checked={place >= 0}
          onChange={() => {
            chosenColumns.value = place >= 0 ? shown.filter((other) => other !== name) : [...shown, name];
          }}
        />
        {label}
      </label>
      <MoveButton label={`${label}: further left`} by={-1} end={place <= 0} move={move} />
      <MoveButton label={`${label}: further right`} by={1} end={place < 0 || place === shown.length - 1} move={move} />
    </li>
  );
}
