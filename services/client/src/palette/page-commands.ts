import { nowMs } from '../clock.ts';
import type { Command } from '../commands/commands.ts';
import { keyHelpOpen } from '../commands/open-palette.ts';
import { offsetText } from '../format/time-text.ts';
import { knownZones, ZONE_CHOICES, type ZoneChoice, zoneLabel, zoneName } from '../format/zone.ts';
import { go } from '../router.ts';
import { closedHours, THEME_LABELS, THEMES, theme, zone } from '../settings.ts';

/** Views and settings, which can be reached from everywhere. */
export function pageCommands(): readonly Command[] {
  return [...viewCommands(), ...settingCommands(), ...zoneCommands()];
}

/** Clocks to choose from: those with a word of their own, and every zone that the browser knows. */
export function zoneCommands(): readonly Command[] {
  const now = nowMs();
  return [...ZONE_CHOICES, ...knownZones()].map((choice) => zoneCommand(choice, now));
}

function zoneCommand(choice: ZoneChoice, now: number): Command {
  const named = ZONE_CHOICES.some((name) => name === choice);
  const place = named ? zoneName(choice) : choice;
  return {
    id: `zone/${choice}`,
    title: `Time zone: ${zoneLabel(choice)}`,
    group: 'Time zone',
    hint: chosen(choice === zone.peek(), offsetText(choice, now)),
    words: [zoneLabel(choice), ...place.split('/').map((part) => part.replaceAll('_', ' ')), 'clock'],
    rare: !named,
    run: () => {
      zone.value = choice;
    },
  };
}

function viewCommands(): readonly Command[] {
  const view = (title: string, address: string, words: readonly string[]): Command => ({
    id: `view/${address}`,
    title,
    group: 'Views',
    words,
    run: () => go(address),
  });
  return [
    view('Board', '/', ['all stocks', 'home', 'start']),
    view('Split view', '/split', ['several charts', 'compare', 'side by side']),
    view('History', '/history', ['past', 'download', 'export']),
    view('Alerts', '/alerts', ['rules', 'fired', 'notify', 'receivers', 'webhook']),
    view('New alert rule', '/alerts?new=price_crosses', ['notify', 'watch', 'level']),
    view('System', '/system', ['health', 'status', 'coverage', 'latency', 'administrator']),
    {
      id: 'view/docs',
      title: 'API documentation',
      group: 'Views',
      words: ['openapi', 'rest'],
      run: () => location.assign('/api/docs'),
    },
    {
      id: 'view/keys',
      title: 'All keys',
      group: 'Views',
      hint: '?',
      words: ['help', 'keyboard', 'shortcuts'],
      run: () => {
        keyHelpOpen.value = true;
      },
    },
  ];
}

function settingCommands(): readonly Command[] {
  const themes = THEMES.map((name) => ({
    id: `theme/${name}`,
    title: `Theme: ${THEME_LABELS[name]}`,
    group: 'Settings',
    hint: chosen(theme.peek() === name),
    words: ['colours', 'colors', 'mode', 'appearance'],
    run: () => {
      theme.value = name;
    },
  }));
  const hidden = closedHours.peek() === 'hidden';
  return [
    ...themes,
    {
      id: 'closed-hours',
      title: hidden ? 'Show closed hours on charts' : 'Hide closed hours on charts',
      group: 'Settings',
      words: ['nights', 'weekends', 'session'],
      run: () => {
        closedHours.value = hidden ? 'shown' : 'hidden';
      },
    },
  ];
}

function chosen(is: boolean, text = ''): string {
  return [text, ...(is ? ['✓ chosen'] : [])].filter((part) => part !== '').join(' · ');
}
