/** A real sound, by the way that voices take: so one knows that they will be heard. */

import { chosenSpeaker, mayChooseSpeaker } from "../devices.ts";

/** Three notes, in Hz, and how long each is heard, in s. */
const NOTES = [523.25, 659.25, 783.99];
const NOTE_S = 0.35;
const LOUD = 0.3;

/**
 * Plays it once, on the loudspeaker that was chosen.
 *
 * @returns once it is over.
 * @throws DOMException the browser plays nothing, or does not know the loudspeaker any more.
 */
export async function playTestSound(): Promise<void> {
  const context = new AudioContext();
  const element = new Audio();
  try {
    const way = context.createMediaStreamDestination();
    element.srcObject = way.stream;
    if (mayChooseSpeaker) await element.setSinkId(chosenSpeaker.value);
    await context.resume();
    await element.play();
    const begin = context.currentTime + 0.05;
    const tones = NOTES.map((hz, n) => tone(context, way, hz, begin + n * NOTE_S));
    await new Promise((resolve) => {
      tones.at(-1)!.onended = resolve;
    });
  } finally {
    element.pause();
    element.srcObject = null;
    await context.close();
  }
}

function tone(context: AudioContext, way: AudioNode, hz: number, at: number): OscillatorNode {
  const oscillator = new OscillatorNode(context, { frequency: hz });
  const gain = new GainNode(context, { gain: 0 });
  oscillator.connect(gain).connect(way);
  // Neither begins nor ends with a crack.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUD, at + 0.03);
  gain.gain.setValueAtTime(LOUD, at + NOTE_S - 0.08);
  gain.gain.linearRampToValueAtTime(0, at + NOTE_S);
  oscillator.start(at);
  oscillator.stop(at + NOTE_S + 0.05);
  return oscillator;
}
