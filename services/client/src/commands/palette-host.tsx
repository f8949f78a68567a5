import { effect } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { Market } from '../board/market.ts';
import { useKeys } from '../keys/use-keys.ts';
import type { Subject } from '../palette/time-entries.ts';
import { routeOf } from '../route.ts';
import { place } from '../router.ts';
import { Loadable } from '../ui/load-module.ts';
import { LoadNotice } from '../ui/load-notice.tsx';
import { Modal } from '../ui/modal.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { keyHelpOpen, paletteMode } from './open-palette.ts';

export const palettePart = new Loadable(async () => (await import('../palette/palette.tsx')).Palette);
export const keyHelpPart = new Loadable(async () => (await import('../keys/key-help.tsx')).KeyHelp);

/** The stock whose page is open, or was last: what a time is asked for of. */
let subject: Subject | undefined;
effect(() => {
  const { path, query } = place.value;
  const route = routeOf(path, query);
  if (route.view === 'stock') subject = { stock: route.stock, exchange: query.get('exchange') ?? undefined };
});

// A dialog belongs to what was shown when it was opened.
effect(() => {
  place.value;
  paletteMode.value = undefined;
  keyHelpOpen.value = false;
});

/** The dialogs that every view has: the palette and the table of keys. Their script comes when they are first opened. */
export function PaletteHost({ market }: { readonly market: Market }) {
  useKeys('Everywhere', [
    { keys: ['Mod+k'], does: 'Search: stocks, times, views, settings', inFields: true, run: togglePalette },
    { keys: ['?'], does: 'All keys', run: () => open(keyHelpOpen) },
  ]);
  const mode = paletteMode.value;
  if (mode !== undefined) {
    return <LazyDialog part={palettePart} what="The search" close={togglePalette} props={{ mode, market, subject }} />;
  }
  if (!keyHelpOpen.value) return null;
  return <LazyDialog part={keyHelpPart} what="The table of keys" close={closeKeyHelp} props={{}} />;
}

function togglePalette(): void {
  keyHelpOpen.value = false;
  paletteMode.value = paletteMode.peek() === undefined ? 'all' : undefined;
}

function open(dialog: { value: boolean }): void {
  dialog.value = true;
}

function closeKeyHelp(): void {
  keyHelpOpen.value = false;
}

interface LazyDialogProps<P extends object> {
  readonly part: Loadable<ComponentType<P>>;
  readonly what: string;
  readonly close: () => void;
  readonly props: P;
}

function LazyDialog<P extends object>({ part, what, close, props }: LazyDialogProps<P>) {
  const Dialog = useLoaded(part);
  if (Dialog !== undefined) return <Dialog {...props} />;
  const trouble = part.trouble.value;
  if (trouble === undefined) return null;
  return (
    <Modal class="palette" label={what} onClose={close}>
      <LoadNotice trouble={trouble} what={what} />
    </Modal>
  );
}
