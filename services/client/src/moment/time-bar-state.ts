import { signal } from '@preact/signals';

/** Whether the time bar is there. It opens by itself when the page goes to a moment, and can be put away then. */
export const barOpen = signal(false);
