import { oneOf, stored } from '../stored.ts';

const SWITCH = ['on', 'off'] as const;

/** Whether the desktop shows what fired, also while another window is in front. */
export const desktopNotices = stored('alert-notices', oneOf(SWITCH), 'off');
/** Whether it is heard. */
export const alertSound = stored('alert-sound', oneOf(SWITCH), 'off');
/** What was written up to then has been seen, epoch µs; 0: this browser has never shown an alert. */
export const seenUntil = stored('alerts-seen', (saved) => (Number.isFinite(saved) ? Number(saved) : undefined), 0);
