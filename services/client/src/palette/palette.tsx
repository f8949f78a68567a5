import { computed, useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { nowMs } from '../clock.ts';
import { allCommands, type Command } from '../commands/commands.ts';
import { type PaletteMode, paletteMode } from '../commands/open-palette.ts';
import { listCommands } from '../lists/list-commands.ts';
import { go } from '../router.ts';
import { zone } from '../settings.ts';
import { Modal } from '../ui/modal.tsx';
import { pageCommands, zoneCommands } from './page-commands.ts';
import { answerTo } from './palette-answer.ts';
import { optionId, PaletteList } from './palette-list.tsx';
import { StockIndex } from './stock-index.ts';
import type { Subject } from './time-entries.ts';

interface Props {
  readonly mode: PaletteMode;
  readonly market: Market;
  readonly subject: Subject | undefined;
}

const LABELS: Readonly<Record<PaletteMode, string>> = {
  all: 'Search everything',
  zones: 'Choose a time zone',
};
const PLACEHOLDERS: Readonly<Record<PaletteMode, string>> = {
  all: 'Stock, time (15m, 20 Nov 14:30), view, setting…',
  zones: 'City or region',
};

const stocks = new StockIndex();

/** Finds and does what the page can do: a field, and under it what fits (a combobox with a listbox, by ARIA's pattern). */
export function Palette({ mode, market, subject }: Props) {
  const text = useSignal('');
  const active = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  stocks.update(market.rows, market.version.value);
  // Made once for each opening, and again when commands come late: each press of a key only compares.
  const scope = useMemo(() => computed(() => (mode === 'zones' ? zonesAlone() : everything())), [mode]).value;
  const answer = useMemo(
    () => answerTo(text.value, { ...scope, subject, go, zone: zone.peek(), nowMs: nowMs() }),
    [text.value, market.version.value, scope, subject],
  );
  const entries = answer.groups.flatMap((group) => group.entries);
  const current = entries[Math.min(active.value, entries.length - 1)];
  const close = (): void => {
    paletteMode.value = undefined;
  };
  const choose = (entry: Command): void => {
    close();
    // The focus goes back to where it was first, so that what is done can move it from there.
    queueMicrotask(entry.run);
  };
  const move = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const target = targetOf(event, Math.min(active.value, entries.length - 1), entries.length);
    if (event.key === 'Enter' && current !== undefined) choose(current);
    if (target !== undefined) active.value = target;
    if (target !== undefined || event.key === 'Enter') event.preventDefault();
  };
  return (
    <Modal class="palette" label={LABELS[mode]} onClose={close}>
      <div class="palette-field">
        <input
          type="text"
          role="combobox"
          aria-expanded={entries.length > 0}
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={current && optionId(current)}
          aria-label={LABELS[mode]}
          placeholder={PLACEHOLDERS[mode]}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            active.value = 0;
            if (list.current !== null) list.current.scrollTop = 0;
          }}
          onKeyDown={move}
        />
        <button type="button" class="button" onClick={close}>
          Close
        </button>
      </div>
      <PaletteList answer={answer} current={current} choose={choose} list={list} />
    </Modal>
  );
}

function everything() {
  return { stocks, commands: [...allCommands(), ...listCommands(), ...pageCommands()], most: 12, times: true };
}

function zonesAlone() {
  const commands = zoneCommands().map((command) => ({ ...command, rare: false }));
  return { stocks: new StockIndex(), commands, most: commands.length, times: false };
}

function targetOf({ key, ctrlKey }: KeyboardEvent, position: number, count: number): number | undefined {
  if (count === 0) return undefined;
  const step =
    key === 'ArrowDown' || (ctrlKey && key === 'n') ? 1 : key === 'ArrowUp' || (ctrlKey && key === 'p') ? -1 : 0;
  if (step !== 0) return (position + step + count) % count;
  if (key === 'PageDown') return Math.min(count - 1, position + 8);
  return key === 'PageUp' ? Math.max(0, position - 8) : undefined;
}
