import { AlertPreview, AlertPreviewQuestion } from '@tickwatch/core/http';
import { ReadBusyError } from '@tickwatch/store';
import { previewRule } from '../../alerts/preview/preview-rule.ts';
import { readPreview } from '../../alerts/read-preview.ts';
import { ruleNote } from '../../alerts/rule-note.ts';
import type { App } from '../../http/app.ts';
import { readByHand } from '../../http/by-hand.ts';
import { leaveSignal } from '../../http/leave-signal.ts';
import { routeSchema } from '../../http/route-schema.ts';
import { type AlertParts, sendFresh } from './alert-parts.ts';

/** At once: each reads for some seconds what others wait for. */
const MOST_PREVIEWS = 3;

export function previewRoute(app: App, { reader, now, calendarOf }: AlertParts): void {
  let running = 0;
  app.post(
    '/api/alerts/preview',
    {
      schema: {
        body: AlertPreviewQuestion,
        ...routeSchema({
          tag: 'alerts',
          admin: true,
          reads: true,
          summary: 'What a rule would have fired',
          description:
            'Tries a rule on the past, by default the last 30 days, up to 400, without making it: judged as live, as if each tick had come at its own time. It takes ten seconds at most, and says where it did not look at all.',
          answer: AlertPreview,
        }),
      },
      ...readByHand,
    },
    async (request, reply) => {
      const { rule, range } = readPreview(request.body, now());
      if (running >= MOST_PREVIEWS) throw new ReadBusyError(`${MOST_PREVIEWS} previews are being made`);
      running++;
      try {
        const preview = await previewRule(reader, rule, range, leaveSignal(reply), { calendarOf });
        const notes = [preview.note, await ruleNote(reader, rule)].filter((note) => note != null);
        return sendFresh(reply, { ...preview, note: notes.length === 0 ? null : notes.join(' ') });
      } finally {
        running--;
      }
    },
  );
}
