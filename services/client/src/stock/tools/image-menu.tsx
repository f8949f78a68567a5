import { useSignal } from '@preact/signals';
import { zone } from '../../settings.ts';
import type { ChartController } from '../chart-controller.ts';
import { copyPicture, savePicture, takePicture } from '../picture/chart-picture.ts';

interface Props {
  readonly controller: ChartController;
  /** The part of the page that has the chart and its legend. */
  readonly root: () => Element | null;
  readonly close: () => void;
}

/** The chart as a picture: as a file, or to paste. */
export function ImageMenu({ controller, root, close }: Props) {
  const said = useSignal('');
  const take = () => takePicture(controller, zone.peek(), root());
  const tell = (error: Error): void => {
    said.value = `${error.message}.`;
  };
  const save = (): void => {
    take().then((picture) => {
      savePicture(picture);
      close();
    }, tell);
  };
  const copy = (): void => {
    copyPicture(take()).then(
      () => {
        said.value = 'The picture is copied.';
      },
      () => {
        said.value = 'This browser does not let a picture be copied here: save it instead.';
      },
    );
  };
  return (
    <div class="image-menu">
      <fieldset class="choice-list" aria-label="Image">
        <button type="button" onClick={save}>
          Save image <span class="why">PNG, with legend and range</span>
        </button>
        <button type="button" onClick={copy}>
          Copy image
        </button>
      </fieldset>
      <p role="status" class="why">
        {said.value}
      </p>
    </div>
  );
}
