import { Menu } from '../../ui/menu.tsx';
import type { ChartController } from '../chart-controller.ts';
import { INTERVALS } from '../interval.ts';
import { ChoiceList } from './choice-list.tsx';

/** How wide a candle is; “Auto”: as the zoom asks for. */
export function IntervalMenu({ controller }: { readonly controller: ChartController }) {
  const { auto, interval } = controller;
  const chosen = auto.value ? undefined : interval.value;
  const choices = [
    { value: undefined, label: 'Auto', hint: 'by the zoom' },
    ...INTERVALS.map((value) => ({ value, label: value })),
  ];
  return (
    <Menu label={auto.value ? `Auto ${interval.value}` : interval.value} name="Width of a candle" handle="interval">
      {(close) => (
        <ChoiceList
          name="Width of a candle"
          choices={choices}
          chosen={chosen}
          choose={(value) => {
            controller.choose(value);
            close();
          }}
        />
      )}
    </Menu>
  );
}
