import { useSignal, useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import type { ZoneChoice } from '../format/zone.ts';
import { registerKeys } from '../keys/key-table.ts';
import { Loadable } from '../ui/load-module.ts';
import { useLoaded } from '../ui/use-loaded.ts';
import type { ChartController } from './chart-controller.ts';
import { bound, SCALE_KEYS } from './chart-keys.ts';
import { TOOL_KEYS } from './chart-keys-tools.ts';
import { ChartSpeech } from './chart-speech.ts';
import { CoverageCard } from './coverage-card.tsx';
import { coverageOf } from './coverage-of.ts';
import { CoverageStrip } from './coverage-strip.tsx';
import { cursorKeys } from './cursor-keys.ts';
import { beyondMarks } from './drawing/beyond-marks.ts';
import { ChartCursor } from './drawing/chart-cursor.ts';
import { CoveragePlaces } from './drawing/coverage-places.ts';

export { BesideNotes } from './beside-notes.tsx';

import { partAt } from './placed-parts.ts';

const placeMenu = new Loadable(async () => (await import('./place-menu.tsx')).PlaceMenu);

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
  /** What has the focus when keys are for the chart. */
  readonly chart: RefObject<HTMLElement | null>;
  /** Whether a hand has come to the chart. */
  readonly isReached: boolean;
}

/** A moment whose coverage somebody wants explained, and what had the focus before. */
interface Asked {
  readonly time: number;
  readonly from: HTMLElement | null;
}

/** What a chart has beside its picture: the coverage under it, keys, and words. Loaded after the picture. */
export function ChartExtras({ controller, zone, chart, isReached }: Props) {
  const asked = useSignal<Asked | undefined>(undefined);
  const spoken = useSignal('');
  const Places = useLoaded(placeMenu, isReached);
  const { places, cursor, speech, explain } = useMemo(() => {
    const explain = (time: number): void => {
      asked.value = { time, from: chart.current };
    };
    const speech = new ChartSpeech(controller, zone, (text) => {
      spoken.value = text;
    });
    const cursor = new ChartCursor((place) => speech.moved(place));
    const places = new CoveragePlaces(
      () => coverageOf(controller, controller.visibleRange() ?? { from: 0, to: 0 }),
      (x) => {
        const band = controller.bands().findLast(({ left, right }) => x >= left - 1 && x <= right + 1);
        const part = places.placed.peek().parts.find(({ left, right }) => x >= left && x <= right);
        if (band !== undefined && part !== undefined) explain((part.from + part.to) / 2);
      },
    );
    return { places, cursor, speech, explain };
  }, [controller]);
  useEffect(() => {
    const bindings = [...cursorKeys(cursor, explain), ...bound([...SCALE_KEYS, ...TOOL_KEYS], controller)];
    const ends = [
      controller.add(places),
      controller.add(cursor),
      controller.add(beyondMarks(controller.scale, () => controller.digits.peek())),
      chart.current === null ? () => {} : registerKeys({ name: 'Chart', bindings }, chart.current),
      () => speech.end(),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [controller]);
  useSignalEffect(() => {
    controller.notes.holes.value;
    places.draw();
  });
  const placed = places.placed.value;
  // What lies over the chart leaves its price axis free.
  useLayoutEffect(() => {
    const room = chart.current?.clientWidth ?? 0;
    chart.current?.parentElement?.style.setProperty('--axis-width', `${room - placed.left - placed.width + 8}px`);
  }, [placed]);
  const part = asked.value && partAt(placed.parts, asked.value.time);
  const close = (isLeaving: boolean): void => {
    if (!isLeaving) asked.value?.from?.focus();
    asked.value = undefined;
  };
  return (
    <>
      <CoverageStrip
        controller={controller}
        zone={zone}
        placed={placed}
        explain={({ from, to }, button) => {
          asked.value = { time: (from + to) / 2, from: button };
        }}
      />
      {part !== undefined && (
        <CoverageCard controller={controller} zone={zone} part={part} width={placed.width} close={close} />
      )}
      {Places !== undefined && <Places controller={controller} zone={zone} chart={chart} />}
      <p class="unseen" role="status" data-spoken>
        {spoken.value}
      </p>
    </>
  );
}
