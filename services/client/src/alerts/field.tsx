import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  readonly label: string;
  /** What is wrong with it. */
  readonly fault: string | undefined;
  /** Said below it while nothing is wrong. */
  readonly note?: string | undefined;
  readonly class?: string;
  /** @param props what ties the control to its note and its fault */
  readonly children: (props: ControlProps) => ComponentChildren;
}

export type ControlProps = Pick<JSX.IntrinsicElements['input'], 'id' | 'aria-describedby' | 'aria-invalid'> & {
  readonly id: string;
};

/** A control with its label, and below it what is wrong with what it holds. */
export function Field({ label, fault, note, class: name = '', children }: Props) {
  const id = useId();
  return (
    <div class={`field ${name} ${fault === undefined ? '' : 'wrong'}`}>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-note`, 'aria-invalid': fault !== undefined })}
      <small id={`${id}-note`} class="note" role={fault === undefined ? undefined : 'alert'}>
        {fault ?? note}
      </small>
    </div>
  );
}

interface TextProps extends Omit<Props, 'children'> {
  readonly value: string;
  readonly change: (value: string) => void;
  readonly input?: JSX.IntrinsicElements['input'];
}

/** A field for a text, a number or a price, as it is typed. */
export function TextField({ value, change, input, ...field }: TextProps) {
  return (
    <Field {...field}>
      {(props) => (
        <input
          autocomplete="off"
          spellcheck={false}
          {...input}
          {...props}
          value={value}
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
