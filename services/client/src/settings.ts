import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { ZONE_CHOICES, type ZoneChoice } from './format/zone.ts';

export type Theme = 'system' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** A choice that outlives the page. Anything else that storage holds is ignored. */
function stored<T extends string>(name: string, values: readonly T[], fallback: T): Signal<T> {
  const key = `tickwatch.${name}`;
  let initial = fallback;
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    initial = values.find((value) => value === saved) ?? fallback;
  } catch {
    // Storage may be forbidden or hold something else; the fallback serves.
  }
  const setting = signal(initial);
  effect(() => {
    try {
      localStorage.setItem(key, JSON.stringify(setting.value));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  });
  return setting;
}

export const theme = stored('theme', THEMES, 'system');
export const zone: Signal<ZoneChoice> = stored('zone', ZONE_CHOICES, 'exchange');

/** Whether charts leave out the hours in which exchanges are closed, where no tick was. */
export const closedHours = stored('closed-hours', ['shown', 'hidden'], 'shown');

const systemIsDark = follow('(prefers-color-scheme: dark)');
const moreContrast = follow('(prefers-contrast: more)');
const forced = follow('(forced-colors: active)');

/** Names the colours that are in use now; canvases read theirs again when it changes. */
export const colors = computed(() => {
  const dark = theme.value === 'dark' || (theme.value !== 'light' && systemIsDark.value);
  return [
    dark ? 'dark' : 'light',
    ...(moreContrast.value ? ['contrast'] : []),
    ...(forced.value ? ['forced'] : []),
  ].join(' ');
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
