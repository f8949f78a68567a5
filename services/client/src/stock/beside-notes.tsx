import type { ComponentProps } from 'preact';
import { useQuiet } from '../ui/quiet.ts';
import { useLoaded } from '../ui/use-loaded.ts';
import { alertsPart } from './alerts/alerts-part.ts';
import { HoleNotes } from './hole-notes.tsx';

/** What a chart has to say beside its prices, in words: what is missing, and what alerts fired. */
export function BesideNotes(props: ComponentProps<typeof HoleNotes>) {
  const alerts = useLoaded(alertsPart, useQuiet(true));
  return (
    <>
      <HoleNotes {...props} />
      {alerts !== undefined && <alerts.AlertNotes {...props} />}
    </>
  );
}
