import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { parseZone, type ZoneChoice } from './format/zone.ts';
import { oneOf, stored } from './stored.ts';

/** `contrast`: strong colours, dark or light as the system is. */
export type Theme = 'system' | 'light' | 'dark' | 'contrast';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'contrast'];
export const THEME_LABELS: Readonly<Record<Theme, string>> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
  contrast: 'high contrast',
};

export const theme = stored('theme', oneOf(THEMES), 'system');
export const zone: Signal<ZoneChoice> = stored<ZoneChoice>('zone', parseZone, 'exchange');

/** Whether charts leave out the hours in which exchanges are closed, where no tick was. */
export const closedHours = stored('closed-hours', oneOf(['shown', 'hidden']), 'shown');

const systemIsDark = follow('(prefers-color-scheme: dark)');
const moreContrast = follow('(prefers-contrast: more)');
const forced = follow('(forced-colors: active)');

/** Names the colours that are in use now; canvases read theirs again when it changes. */
export const colors = computed(() => {
  const dark = theme.value === 'dark' || (theme.value !== 'light' && systemIsDark.value);
  const contrast = theme.value === 'contrast' || moreContrast.value;
  return [dark ? 'dark' : 'light', ...(contrast ? ['contrast'] : []), ...(forced.value ? ['forced'] : [])].join(' ');
});

effect(() => {
  const root = document.documentElement;
  if (theme.value === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme.value;
});

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
}

function follow(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener('change', () => {
    matches.value = list.matches;
  });
  return matches;
}
