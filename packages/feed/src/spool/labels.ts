import type { Hole } from '../durable-log.ts';
import type { PlacedLabel } from './record-format.ts';

/** A place, and how many ticks the lane had up to there. */
type Place = Omit<PlacedLabel, 'seq'>;

/** A label in the place of all that lie behind it and before `upTo`. Where something is missing a label stays, without a jump. */
export function relabeled(labels: readonly PlacedLabel[], label: PlacedLabel, upTo: number): readonly PlacedLabel[] {
  const before = labels.filter(({ after }) => after < label.after);
  const behind = labels.filter(({ after }) => after > label.after);
  const kept = behind.flatMap((other) => {
    if (other.after >= upTo) return [other];
    return other.holes === undefined ? [] : [{ ...other, seq: label.seq + other.ticks - label.ticks }];
  });
  const holes = labels.find(({ after }) => after === label.after)?.holes;
  return [...before, holes === undefined ? label : { ...label, holes }, ...kept];
}

/** Numbers go on behind a place as they would if all between it and the label before it was there. */
export function continued(labels: readonly PlacedLabel[], { after, ticks }: Place): readonly PlacedLabel[] {
  const label = labels.findLast((other) => other.after <= after);
  if (label === undefined || label.after === after) return labels;
  return relabeled(labels, { after, seq: label.seq + ticks - label.ticks, ticks }, after);
}

/** The labels that are needed when everything up to a place is gone. */
export function labelsBehind(labels: readonly PlacedLabel[], front: Place): readonly PlacedLabel[] {
  return continued(labels, front).filter(({ after }) => after >= front.after);
}

/** Something is missing at a place: the label there says so, or a new one where numbers don't jump. */
export function withHole(labels: readonly PlacedLabel[], place: Place, hole: Hole): readonly PlacedLabel[] {
  const there = continued(labels, place);
  const at = there.find(({ after }) => after === place.after) ?? { ...place, seq: 0 };
  const label = { ...at, holes: [...(at.holes ?? []), hole] };
  const others = there.filter((other) => other !== at);
  return [...others, label].sort((a, b) => a.after - b.after);
}
