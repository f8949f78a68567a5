import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { AlertFiring } from '@tickwatch/core';
import { claim } from './claim.ts';
import { alertSound } from './notice-settings.ts';

/** Two tones that rise: hertz, and when they begin, seconds. */
const TONES = [
  [660, 0],
  [990, 0.16],
] as const;
const LENGTH = 0.32;
const LOUDNESS = 0.22;

const waits = signal(false);
let context: AudioContext | undefined;

/** True while browsers keep silent what nobody has touched since it was loaded: the next click or key lets it sound. */
export const soundWaits: ReadonlySignal<boolean> = waits;

effect(() => {
  if (alertSound.value === 'off') return undefined;
  const wake = (): void => void wakeSound();
  const events = ['pointerdown', 'keydown'] as const;
  waits.value = context?.state !== 'running' && !navigator.userActivation?.hasBeenActive;
  for (const event of events) addEventListener(event, wake, { capture: true });
  return () => {
    for (const event of events) removeEventListener(event, wake, { capture: true });
  };
});

/** Switches it; what is switched on is heard, so that one knows how it sounds and that it does. */
export async function switchSound(on: boolean): Promise<void> {
  alertSound.value = on ? 'on' : 'off';
  if (on && (await wakeSound())) chime();
}

/** Lets it be heard that something fired, if that is wanted; of all tabs one does. */
export async function soundOut(firings: readonly AlertFiring[]): Promise<void> {
  if (alertSound.value === 'off' || !(await wakeSound())) return;
  const claimed = await Promise.all(firings.map(({ id }) => claim('sound', id)));
  if (claimed.includes(true)) chime();
}

/** @returns whether it can be heard now */
async function wakeSound(): Promise<boolean> {
  const isTouched = navigator.userActivation?.hasBeenActive ?? true;
  if (isTouched) {
    try {
      context ??= new AudioContext();
      if (context.state !== 'running') await context.resume();
    } catch {
      // Without a device for sound there is none.
    }
  }
  const isAwake = context?.state === 'running';
  waits.value = !isAwake;
  return isAwake;
}

function chime(): void {
  if (context === undefined) return;
  for (const [pitch, after] of TONES) {
    const start = context.currentTime + after;
    const tone = new OscillatorNode(context, { type: 'sine', frequency: pitch });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.001, start + LENGTH);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + LENGTH);
  }
}
