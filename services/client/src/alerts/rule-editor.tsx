import { useSignal } from '@preact/signals';
import type { AlertRule } from '@tickwatch/core';
import { useEffect, useRef } from 'preact/hooks';
import { admin } from '../admin/admin-token.ts';
import type { Market } from '../board/market.ts';
import { zoneName } from '../format/zone.ts';
import { zone } from '../settings.ts';
import { Notice } from '../ui/notice.tsx';
import { readRule } from './alert-api.ts';
import type { AlertsAddress } from './alerts-address.ts';
import { draftOf, emptyDraft, type RuleDraft } from './rule-draft.ts';
import { RuleForm } from './rule-form.tsx';
import { ruleOf } from './rule-of-draft.ts';
import { ruleSentence } from './rule-words.ts';
import { VisitorNote } from './visitor-note.tsx';

interface Props {
  readonly market: Market;
  readonly form: NonNullable<AlertsAddress['form']>;
  /** It is kept; what is to be said of that. */
  readonly kept: (text: string) => void;
}

/** Makes a rule, or changes one, where the administrator looks; tells anybody else what would be made and how. */
export function RuleEditor({ market, form, kept: tell }: Props) {
  const timezone = zoneName('exchange');
  const kept = useSignal<AlertRule | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const isBegun = useRef(false);
  const id = form.is === 'edit' ? form.id : undefined;
  const isAdmin = admin.value.is === 'administrator';
  /** Whom it tells is known: a form without that would tell nobody any more. */
  const isWhole = kept.value !== undefined && (kept.value.receivers !== undefined || !isAdmin);
  useEffect(() => {
    if (id === undefined || isWhole) return undefined;
    const abort = new AbortController();
    readRule(id, abort.signal).then(
      (rule) => {
        kept.value = rule;
      },
      (error: Error) => {
        if (!abort.signal.aborted) failure.value = error.message;
      },
    );
    return () => abort.abort();
  }, [id, isWhole, isAdmin]);
  if (failure.value !== undefined) {
    return (
      <Notice kind="bad" title="This rule can’t be changed">
        {failure.value} <a href="/alerts">To all rules</a>
      </Notice>
    );
  }
  if (form.is === 'edit' && !isWhole)
    return <div class="skeleton alerts-wait" role="status" aria-label="Loading the rule" />;
  const draft =
    kept.value === undefined
      ? { ...emptyDraft(timezone), ...(form.is === 'new' ? form.begun : {}) }
      : draftOf(kept.value, timezone);
  isBegun.current ||= isAdmin;
  if (!isBegun.current) return <WouldBe draft={draft} isNew={form.is === 'new'} />;
  return (
    <>
      {/* A token that is refused meanwhile takes nothing of what was typed. */}
      <VisitorNote what="To keep what you typed" open />
      <RuleForm market={market} draft={draft} kept={kept.value} done={tell} />
    </>
  );
}

/** What a visitor was led to, and how to make it. */
function WouldBe({ draft, isNew }: { readonly draft: RuleDraft; readonly isNew: boolean }) {
  const { rule } = ruleOf(draft, () => 'rule');
  return (
    <section class="panel would-be" aria-label="Rule">
      <header>
        <h2>{isNew ? 'New rule' : 'Change a rule'}</h2>
        <p>
          everybody sees rules and what they fire · <a href="/alerts">all rules</a>
        </p>
      </header>
      {rule !== undefined && <p class="sentence">{ruleSentence(rule, zone.value)}</p>}
      <VisitorNote what={isNew ? 'To make this rule' : 'To change this rule'} open />
    </section>
  );
}
