import { signal } from '@preact/signals';

/** Changes with whatever changes the page's colours: the theme, the system's dark, more contrast, forced colours. */
export const look = signal(0);

function changed(): void {
  look.value++;
}

for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)']) {
  matchMedia(query).addEventListener('change', changed);
}

new MutationObserver(changed).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
