import { moment } from '../moment/moment.ts';
import { LoadNotice } from '../ui/load-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import type { ChartController } from './chart-controller.ts';
import { chartLibrary } from './chart-library.ts';

interface Props {
  readonly controller: ChartController;
  /** Whether there are prices to be seen, if only old ones. */
  readonly hasBars: boolean;
}

/** Why a chart is not what was asked for, or not yet. */
export function ChartState({ controller, hasBars }: Props) {
  const state = controller.model.state.value;
  const trouble = chartLibrary.trouble.value;
  if (trouble !== undefined) {
    return (
      <div class="chart-cover">
        <LoadNotice trouble={trouble} what="The chart" />
      </div>
    );
  }
  if (controller.model.changing.value)
    return <div class="chart-changing" role="status" aria-label="Loading the range" />;
  if (state.state === 'loading')
    return <div class="chart-cover skeleton" role="status" aria-label="Loading the chart" />;
  if (state.state === 'failed' && !hasBars) {
    return (
      <div class="chart-cover">
        <Notice
          kind="bad"
          title="The chart can’t be loaded"
          action="Try again"
          onAction={() => controller.model.retry()}
        >
          {state.message}. The page keeps trying by itself.
        </Notice>
      </div>
    );
  }
  if (hasBars) return null;
  return (
    <div class="chart-cover">
      <Notice title="No ticks here">
        No tick of this stock lies in this range
        {moment.value === undefined ? '. New ones appear at once.' : ', as far as the moment that the page shows.'}
      </Notice>
    </div>
  );
}

/** Says that what is drawn is not what was asked for last. */
export function ChartFailed({ controller, hasBars }: Props) {
  const state = controller.model.state.value;
  if (state.state !== 'failed' || !hasBars || controller.model.changing.value) return null;
  return (
    <p class="chart-failed" role="alert">
      These are the prices from before: the new ones can’t be loaded. {state.message}.{' '}
      <button type="button" class="button" onClick={() => controller.model.retry()}>
        Try again
      </button>
    </p>
  );
}
