import { useEffect, useRef } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { laterCommands, registerCommands } from '../commands/commands.ts';
import { closedHours } from '../settings.ts';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import { Menu } from '../ui/menu.tsx';
import type { ChartController } from './chart-controller.ts';
import { isFilling, toggleFullscreen } from './tools/fullscreen.ts';
import { IntervalMenu } from './tools/interval-menu.tsx';
import { OverlayTools } from './tools/overlay-tools.tsx';
import { RangeChips } from './tools/range-chips.tsx';
import { ScaleMenu } from './tools/scale-menu.tsx';
import { useScrollCue } from './tools/scroll-cue.ts';

const toolCommands = new Loadable(async () => (await import('./tools/tool-commands.ts')).toolCommands);
const ImageMenu = lazyPart(new Loadable(async () => (await import('./tools/image-menu.tsx')).ImageMenu), 'The picture');

interface Props {
  readonly controller: ChartController;
  readonly market: Market;
  /** Whether to offer ranges that end now. */
  readonly ranges?: boolean;
}

/** What can be chosen of a chart, in one row. */
export function ChartTools({ controller, market, ranges = true }: Props) {
  const root = useRef<HTMLDivElement>(null);
  useScrollCue(root);
  const { choices } = controller;
  const section = (): Element | null => root.current?.parentElement ?? null;
  useEffect(() => registerCommands(laterCommands(toolCommands, controller, root)), [controller]);
  return (
    <div class="toolbar chart-tools" role="toolbar" aria-label="Chart" ref={root}>
      <fieldset class="chips" aria-label="Style">
        {(['candles', 'line'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={choices.style.value === name}
            onClick={() => controller.setStyle(name)}
          >
            {name === 'candles' ? 'Candles' : 'Line'}
          </button>
        ))}
      </fieldset>
      <IntervalMenu controller={controller} />
      <ScaleMenu controller={controller} />
      {ranges && <RangeChips controller={controller} />}
      <OverlayTools controller={controller} market={market} />
      {controller.notes.knowsHours.value && controller.interval.value !== '1w' && (
        <button
          type="button"
          class="tool"
          aria-pressed={closedHours.value === 'hidden'}
          title="Leave out the hours in which the exchange is closed and no tick came"
          onClick={() => {
            closedHours.value = closedHours.value === 'hidden' ? 'shown' : 'hidden';
          }}
        >
          Hide closed hours
        </button>
      )}
      <Menu label="Image" name="Image" handle="image">
        {(close) => <ImageMenu controller={controller} root={section} close={close} />}
      </Menu>
      <button
        type="button"
        class="tool"
        aria-pressed={isFilling(section())}
        aria-label="Full screen"
        title="Full screen (Shift+F)"
        onClick={() => {
          const element = section();
          if (element !== null) void toggleFullscreen(element);
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" />
        </svg>
      </button>
    </div>
  );
}
