import type { RefObject } from 'preact';
import type { Command } from '../../commands/commands.ts';
import type { ChartController } from '../chart-controller.ts';
import { MOST_STUDIES, type Study, studyText, studyTitle } from '../studies/study.ts';
import { toggleFullscreen } from './fullscreen.ts';

const OFFERED: readonly Study[] = [
  { kind: 'sma', length: 20 },
  { kind: 'sma', length: 50 },
  { kind: 'sma', length: 200 },
  { kind: 'ema', length: 20 },
  { kind: 'ema', length: 50 },
  { kind: 'bb', length: 20, width: 2 },
];

/** What the palette can do with a chart. @param row its row of tools */
export function toolCommands(controller: ChartController, row: RefObject<HTMLElement | null>): readonly Command[] {
  const tools = row.current;
  const { stock } = controller.name;
  const open = (handle: string) => () => tools?.querySelector<HTMLElement>(`[data-menu="${handle}"]`)?.click();
  const { studies } = controller.choices;
  const { measuring } = controller.overlays;
  const shown = studies.peek().map(studyText);
  const common = { group: 'Chart', hint: stock };
  const command = (id: string, title: string, run: () => void, words: readonly string[] = []): Command => ({
    ...{ ...common, id: `chart/${stock}/${id}`, title, run, words },
  });
  return [
    command('compare', 'Compare with…', open('compare'), ['versus', 'percent']),
    command('studies', 'Studies…', open('studies'), ['indicators']),
    ...OFFERED.map((study) => {
      const text = studyText(study);
      const has = shown.includes(text);
      const run = (): void => {
        if (has) studies.value = studies.peek().filter((other) => studyText(other) !== text);
        else if (studies.peek().length < MOST_STUDIES) studies.value = [...studies.peek(), study];
        else open('studies')();
      };
      return command(text, `${has ? 'Remove' : 'Add'} ${studyTitle(study)}`, run, ['moving average', 'indicator']);
    }),
    command('measure', measuring.peek() ? 'End measuring' : 'Measure by a drag', () => {
      measuring.value = !measuring.peek();
    }),
    command('image', 'Image of the chart…', open('image'), ['screenshot', 'picture', 'png', 'copy']),
    command('full', 'Full screen', () => {
      const section = tools?.parentElement;
      if (section) void toggleFullscreen(section);
    }),
  ];
}
