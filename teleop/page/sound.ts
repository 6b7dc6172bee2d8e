/**
 * What the page says to the ear: a short synthesised tone for each change of the recorder's phase, of who drives, and
 * for cues; the same in spoken words where a person has asked for it. Every sound has a picture and words beside it.
 * Hertz, seconds. Nothing sounds before the first gesture: browsers do not let it.
 */
import { effect } from "@preact/signals";
import type { Cue } from "../studio/cues.js";
import type { PageCue } from "../studio/protocol.js";
import { phaseWords } from "./drive/phase.js";
import type { Link } from "./link.js";
import { language, sounds, speech, words } from "./settings.js";

/** A tone: where it begins and ends, how long it is, and when it comes after the one before. */
interface Tone {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  readonly after?: number;
  readonly shape?: OscillatorType;
}

const tone = (from: number, to = from, seconds = 0.12, after = 0): Tone => ({ from, to, seconds, after });

/** By phase, as the specification of the studio has them. */
const PHASES: Readonly<Record<string, readonly Tone[]>> = {
  armed: [tone(660, 660, 0.05)],
  recording: [tone(660, 880)],
  paused: [tone(880, 660)],
  rewinding: [tone(440, 440, 0.03)],
  review: [tone(880, 1320, 0.15)],
  kept: [tone(1320, 1320, 0.15)],
  "thrown-away": [tone(440, 220, 0.15)],
  stopped: [tone(520, 390, 0.15), tone(520, 390, 0.15, 0.2)],
};
const DRIVERS: Readonly<Record<string, readonly Tone[]>> = {
  policy: [tone(520, 520, 0.15)],
  "taken-over": [tone(660, 990, 0.15)],
};
/** By cue, with the seconds in which it is not heard again. */
const CUES: Readonly<
  Partial<Record<Cue["kind"] | PageCue, { readonly tones: readonly Tone[]; readonly rest: number }>>
> = {
  "near-limit": { tones: [tone(880, 880, 0.025)], rest: 0.5 },
  "at-limit": { tones: [tone(220, 220, 0.12)], rest: 1 },
  collision: { tones: [{ ...tone(90, 55, 0.15), shape: "triangle" }], rest: 1 },
  delay: { tones: [tone(990, 990, 0.03)], rest: 10 },
  stale: { tones: [tone(330, 330, 0.09), tone(330, 330, 0.09, 0.14)], rest: 5 },
};
/** −18 dB of full scale. */
const LOUD = 10 ** (-18 / 20);
/** s of rise and fall: without them a tone clicks */
const EDGE = 0.008;
/** s between ticks while going back */
const TICK = 0.125;

/** What can be heard. */
export interface Sound {
  /** Cues that hold now: those that begin are heard. */
  cues(kinds: readonly (Cue["kind"] | PageCue)[]): void;
}

/** Sounds for what the line says. */
export function createSound(link: Link): Sound {
  let context: AudioContext | null = null;
  const wake = (): void => {
    if (!sounds.peek()) return;
    context ??= new AudioContext({ latencyHint: "interactive" });
    if (context.state === "suspended") void context.resume();
  };
  for (const gesture of ["pointerdown", "keydown"] as const)
    addEventListener(gesture, wake, { capture: true, passive: true });

  const play = (tones: readonly Tone[]): void => {
    if (context === null || context.state !== "running" || !sounds.peek() || document.hidden) return;
    for (const { from, to, seconds, after = 0, shape = "sine" } of tones) {
      const begin = context.currentTime + after;
      const [source, volume] = [context.createOscillator(), context.createGain()];
      source.type = shape;
      source.frequency.setValueAtTime(from, begin);
      source.frequency.exponentialRampToValueAtTime(to, begin + seconds);
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(LOUD, begin + EDGE);
      volume.gain.setValueAtTime(LOUD, begin + seconds - EDGE);
      volume.gain.linearRampToValueAtTime(0, begin + seconds);
      source.connect(volume).connect(context.destination);
      source.start(begin);
      source.stop(begin + seconds);
    }
  };
  const say = (text: string): void => {
    if (!speech.peek() || !("speechSynthesis" in globalThis)) return;
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.lang = language.peek() === "zh" ? "zh-CN" : "en";
    speechSynthesis.cancel();
    speechSynthesis.speak(spoken);
  };

  let phase = "";
  let ticks: ReturnType<typeof setInterval> | undefined;
  effect(() => {
    const recorder = link.recorder.value;
    if (recorder === null || recorder.phase.name === phase) return;
    const first = phase === "";
    phase = recorder.phase.name;
    clearInterval(ticks);
    if (phase === "rewinding") ticks = setInterval(() => play(PHASES["rewinding"]!), 1000 * TICK);
    if (first) return;
    play(PHASES[phase] ?? []);
    if (phase !== "resetting") say(phaseWords(words.peek(), recorder));
  });
  let driver = "you";
  effect(() => {
    const now = link.recorder.value?.driver ?? "you";
    if (now === driver) return;
    driver = now;
    play(DRIVERS[driver] ?? []);
    if (driver === "policy") say(words.peek().policyDrives);
    if (driver === "taken-over") say(words.peek().youHaveIt);
  });

  const heard = new Map<string, number>();
  let last: readonly string[] = [];
  return {
    cues: (kinds) => {
      const now = performance.now() / 1000;
      for (const kind of kinds) {
        const cue = CUES[kind];
        // A limit that is near ticks on; the others are heard when they begin.
        if (cue === undefined || (last.includes(kind) && kind !== "near-limit")) continue;
        if (now - (heard.get(kind) ?? Number.NEGATIVE_INFINITY) < cue.rest) continue;
        heard.set(kind, now);
        play(cue.tones);
      }
      last = kinds;
    },
  };
}
