import type { ComponentProps } from 'preact';
import { latePart, lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import type { ExchangeChoice as Choice } from './exchange-choice.tsx';
import type { MomentNote as Note } from './moment-note.tsx';

/** What few pages have to say of their stock; its script is loaded where it is said. */
export const UnknownStock = lazyPart(
  new Loadable(async () => (await import('./unknown-stock.tsx')).UnknownStock),
  'What there is instead',
);

const LateExchangeChoice = latePart(new Loadable(async () => (await import('./exchange-choice.tsx')).ExchangeChoice));

/** Only of a stock that is traded in several places. */
export function ExchangeChoice(props: ComponentProps<typeof Choice>) {
  return props.exchanges.length < 2 ? null : <LateExchangeChoice {...props} />;
}

const LateMomentNote = latePart(new Loadable(async () => (await import('./moment-note.tsx')).MomentNote));

/** Only where somebody went to a moment. */
export function MomentNote(props: ComponentProps<typeof Note>) {
  return props.wanted.value.kind === 'at' ? <LateMomentNote {...props} /> : null;
}
