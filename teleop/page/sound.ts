/**
 * What the page says to the ear: a short synthesised tone for each change of the recorder's phase, of who drives, and
 * for cues, a rustle for what is touched; the same in spoken words where a person has asked for it. Cues are said to a
 * hand that holds a gamepad, too. Every sound has a picture and words beside it. Hertz, seconds, newtons. Nothing sounds
 * before the first gesture: browsers do not let it.
 */
import { effect } from "@preact/signals";
import { createRandom } from "../../core/index.js";
import { CUES as BEGINS, type Cue } from "../studio/cues.js";
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
/** How a gamepad shakes: its heavy and its light motor, 0 to 1, and for how long. */
interface Shake {
  readonly heavy: number;
  readonly light: number;
  readonly seconds: number;
}

/** By cue, with the seconds in which it is not said again. */
const CUES: Readonly<
  Partial<
    Record<
      Cue["kind"] | PageCue,
      { readonly tones: readonly Tone[]; readonly shake?: Shake; readonly rest: number }
    >
  >
> = {
  "near-limit": {
    tones: [tone(880, 880, 0.025)],
    shake: { heavy: 0, light: 0.25, seconds: 0.04 },
    rest: 0.5,
  },
  "at-limit": { tones: [tone(220, 220, 0.12)], shake: { heavy: 0.4, light: 0.4, seconds: 0.08 }, rest: 1 },
  collision: {
    tones: [{ ...tone(90, 55, 0.15), shape: "triangle" }],
    shake: { heavy: 1, light: 1, seconds: 0.12 },
    rest: 1,
  },
  delay: { tones: [tone(990, 990, 0.03)], rest: 10 },
  stale: { tones: [tone(330, 330, 0.09), tone(330, 330, 0.09, 0.14)], rest: 5 },
};
/** −18 dB of full scale. */
const LOUD = 10 ** (-18 / 20);
/** s of rise and fall: without them a tone clicks */
const EDGE = 0.008;
/** A touch: how long it rustles, and by how much it has grown when it does so again; what is as hard as a hit is loudest. */
const RUSTLE = { seconds: 0.12, grown: 1.5 } as const;
/** s between ticks while going back */
const TICK = 0.125;

/** What can be heard. */
export interface Sound {
  /** Cues that hold now, and what the page noticed itself: those that begin are heard. */
  cues(cues: readonly Cue[], noticed: readonly PageCue[]): void;
}

/** Sounds for what the line says. */
export function createSound(link: Link): Sound {
  let context: AudioContext | null = null;
  let noise: AudioBuffer | null = null;
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
  const rustle = (share: number): void => {
    if (context === null || context.state !== "running" || !sounds.peek() || document.hidden) return;
    noise ??= noiseFor(context);
    const begin = context.currentTime;
    const source = new AudioBufferSourceNode(context, { buffer: noise });
    const volume = new GainNode(context, { gain: LOUD * share });
    volume.gain.setValueAtTime(LOUD * share, begin);
    volume.gain.linearRampToValueAtTime(0, begin + RUSTLE.seconds);
    source.connect(volume).connect(context.destination);
    source.start(begin);
  };
  const shake = ({ heavy, light, seconds }: Shake): void => {
    if (document.hidden) return;
    const effect = { duration: 1000 * seconds, strongMagnitude: heavy, weakMagnitude: light };
    // One that cannot shake says so.
    for (const pad of navigator.getGamepads?.() ?? [])
      pad?.vibrationActuator?.playEffect("dual-rumble", effect).catch(() => {});
  };
  /** N of the touch that was said last; 0 without one */
  let pressed = 0;
  const touch = (force: number): void => {
    if (force > 0 && force <= RUSTLE.grown * pressed) return;
    pressed = force;
    if (force === 0) return;
    const share = Math.min(1, force / BEGINS.collision);
    rustle(share);
    shake({ heavy: 0, light: share, seconds: RUSTLE.seconds });
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
    cues: (cues, noticed) => {
      const now = performance.now() / 1000;
      const kinds = [...cues.map(({ kind }) => kind), ...noticed];
      touch(Math.max(0, ...cues.map((cue) => (cue.kind === "contact" ? (cue.force ?? 0) : 0))));
      for (const kind of kinds) {
        const cue = CUES[kind];
        // A limit that is near ticks on; the others are heard when they begin.
        if (cue === undefined || (last.includes(kind) && kind !== "near-limit")) continue;
        if (now - (heard.get(kind) ?? Number.NEGATIVE_INFINITY) < cue.rest) continue;
        heard.set(kind, now);
        play(cue.tones);
        if (cue.shake !== undefined) shake(cue.shake);
      }
      last = kinds;
    },
  };
}

/** What rubbing sounds like: noise without its highest part, the same each time. */
function noiseFor({ sampleRate }: AudioContext): AudioBuffer {
  const length = Math.ceil(RUSTLE.seconds * sampleRate);
  const buffer = new AudioBuffer({ length, sampleRate });
  const samples = buffer.getChannelData(0);
  const random = createRandom("rustle");
  for (let i = 0, low = 0; i < length; i++) {
    low += 0.3 * (2 * random.next() - 1 - low);
    samples[i] = low;
  }
  return buffer;
}
