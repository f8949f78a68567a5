import { useSignal } from '@preact/signals';
import type { AlertRule, NewAlertRule } from '@tickwatch/core';
import { useEffect, useRef } from 'preact/hooks';
import { admin } from '../admin/admin-token.ts';
import type { Market } from '../board/market.ts';
import { changeRule, createRule, readRule } from './alert-api.ts';
import { ConditionChoice } from './condition-choice.tsx';
import { ConditionFields } from './condition-fields.tsx';
import { TextField } from './field.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { ReceiverChoice } from './receiver-choice.tsx';
import type { RuleDraft } from './rule-draft.ts';
import { ruleOf } from './rule-of-draft.ts';
import { conditionText } from './rule-words.ts';
import { ScopeFields } from './scope-fields.tsx';
import { useFaults } from './use-faults.ts';
import { usePreview } from './use-preview.ts';
import { WhenFields } from './when-fields.tsx';

interface Props {
  readonly market: Market;
  /** What the form begins with. */
  readonly draft: RuleDraft;
  /** The rule that is changed; undefined: a new one is made. */
  readonly kept: AlertRule | undefined;
  /** It is kept; what is to be said of that. */
  readonly done: (text: string) => void;
}

/** What parts of the form are given. */
export interface PartProps {
  readonly draft: RuleDraft;
  readonly change: (fields: Partial<RuleDraft>) => void;
  /** What is wrong with a field, as the API calls it. */
  readonly faultOf: (field: string) => string | undefined;
}

const FIELDS = [
  ...['name', 'level', 'hysteresis', 'by', 'within_seconds', 'days', 'seconds', 'above', 'below', 'measure'],
  ...['direction', 'stocks', 'exchange', 'once', 'rearm_seconds', 'expires', 'receivers'],
  ...['active.from', 'active.to', 'active.days', 'active.timezone'],
];
const MAX_NAME = 200;

/** Chooses what is watched, says it in words, and shows what it would have fired. */
export function RuleForm({ market, draft: begun, kept, done }: Props) {
  const draft = useSignal(begun);
  /** What is still empty is told when somebody wants to keep it, not while it is typed. */
  const isTried = useSignal(false);
  const refused = useFaults(FIELDS);
  const form = useRef<HTMLFormElement>(null);
  /** How the rule was changed last, as far as whoever keeps this knows. */
  const known = useRef(kept?.changed);
  const read = ruleOf(draft.value, (rule) => capital(conditionText(rule)).slice(0, MAX_NAME));
  const { rule } = read;
  const preview = usePreview(admin.value.is === 'administrator' ? rule : undefined, FIELDS);
  useEffect(() => form.current?.querySelector<HTMLElement>('input[type="radio"]:checked')?.focus(), []);
  const faultOf = (field: string): string | undefined =>
    (isTried.value ? read.faults?.[field] : undefined) ?? refused.of(field) ?? preview.faultOf(field);
  const change = (fields: Partial<RuleDraft>): void => {
    draft.value = { ...draft.peek(), ...fields };
    refused.clear();
  };
  const part: PartProps = { draft: draft.value, change, faultOf };
  const keep = async (id: string, changed: NewAlertRule): Promise<AlertRule> => {
    const now = await readRule(id);
    if (now.changed === known.current) return await changeRule(id, changed);
    known.current = now.changed;
    throw new Error('Somebody else changed this rule meanwhile. “Keep the change” once more puts yours in its place.');
  };
  const submit = async (): Promise<void> => {
    isTried.value = true;
    if (rule === undefined) return focusOnFault(form.current);
    const made = await refused.during(kept === undefined ? createRule(rule) : keep(kept.id, rule));
    if (made === undefined) focusOnFault(form.current);
    else done(kept === undefined ? `“${made.name}” watches from now on` : `“${made.name}” is changed`);
  };
  return (
    <form
      ref={form}
      class="rule-form"
      aria-label={kept === undefined ? 'New rule' : `Change ${kept.name}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="form-fields">
        <h2>{kept === undefined ? 'New rule' : `Change “${kept.name}”`}</h2>
        <ConditionChoice chosen={draft.value.type} choose={(type) => change({ type })} />
        <ScopeFields {...part} market={market} />
        <ConditionFields {...part} market={market} />
        <WhenFields {...part} />
        <ReceiverChoice {...part} />
        <TextField
          class="wide"
          label="Name"
          value={draft.value.name}
          fault={faultOf('name')}
          note="Empty: what it says"
          change={(text) => change({ name: text })}
          input={{ maxLength: MAX_NAME, placeholder: rule?.name ?? '' }}
        />
      </div>
      <aside class="form-aside">
        <PreviewPanel rule={rule} preview={preview} />
        <p class="trouble" role="alert">
          {refused.rest}
        </p>
        <div class="form-end">
          <button type="submit" class="button main" disabled={refused.busy}>
            {refused.busy ? 'Keeping…' : kept === undefined ? 'Make this rule' : 'Keep the change'}
          </button>
          <a class="button" href="/alerts">
            Cancel
          </a>
        </div>
      </aside>
    </form>
  );
}

/** After what is wrong is drawn. */
function focusOnFault(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => {
    const wrong = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
    wrong?.closest('details')?.setAttribute('open', '');
    wrong?.focus();
  });
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
