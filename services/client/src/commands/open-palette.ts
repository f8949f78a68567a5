import { signal } from '@preact/signals';

/** What the palette offers: everything, or time zones alone. */
export type PaletteMode = 'all' | 'zones';

/** undefined: it is closed. */
export const paletteMode = signal<PaletteMode | undefined>(undefined);

/** Whether the table of all keys is open. */
export const keyHelpOpen = signal(false);
