/**
 * A take in the making: every frame with its command, snapshots of the world to go back to, and what rewinds cut off.
 * Going back restores the nearest snapshot before and repeats the commands from there, so that the world and the
 * take are bit for bit as if nothing had come after. It steps the environment; it decides nothing.
 */
import type { Environment, Observation } from "../../core/index.js";
import { buildEpisode, type Episode } from "../../datasets/index.js";

interface Frame {
  readonly observation: Observation;
  readonly command: Float32Array;
  /** a person drove it after taking over from a policy */
  readonly intervened: boolean;
  /** the device that moved something, for the maker's name; null when none did */
  readonly device: string | null;
}

interface Snapshot {
  /** before the step of that frame */
  readonly frame: number;
  readonly bytes: Uint8Array;
}

/** What a rewind cut off: the frames from `at` on, and how the world was after them. */
interface Tail {
  readonly at: number;
  readonly frames: readonly Frame[];
  readonly snapshots: readonly Snapshot[];
  readonly end: Uint8Array;
}

/** Seconds between snapshots, and how many are kept: a minute's worth. */
const EVERY = 0.5;
const KEPT = 120;

/** What an episode needs beside its frames. */
export interface EpisodeWords {
  readonly sentence: string;
  readonly maker: string;
  readonly success: boolean | null;
}

/** A take, from the environment's state when it was begun. */
export class TakeLog {
  private frames: Frame[] = [];
  private snapshots: Snapshot[];
  private tails: Tail[] = [];
  private readonly initialCommand: readonly number[];
  private readonly goal;
  private readonly interval: number;

  /** @param environment just reset to `seed` */
  constructor(
    private readonly environment: Environment,
    readonly seed: number,
  ) {
    this.initialCommand = Array.from(environment.command());
    this.goal = environment.goal();
    this.interval = Math.max(1, Math.round(EVERY * environment.contract.rates.policy));
    this.snapshots = [{ frame: 0, bytes: environment.snapshot() }];
  }

  /** frames so far, and of what the last rewind cut off */
  get length(): number {
    return this.frames.length;
  }
  get tail(): number {
    return this.tails.at(-1)?.frames.length ?? 0;
  }

  /** Seconds of so many frames. */
  seconds(frames: number = this.length): number {
    return frames / this.environment.contract.rates.policy;
  }

  /** Frames in which a person had taken over from a policy, and the device that moved most; null when none did. */
  get intervened(): number {
    return this.frames.filter((frame) => frame.intervened).length;
  }
  get device(): string | null {
    const counts = new Map<string, number>();
    for (const { device } of this.frames)
      if (device !== null) counts.set(device, (counts.get(device) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  }

  /** Looks, steps the environment and keeps the frame. @param command [A], as it is to be stored */
  step(command: Float32Array, by: Pick<Frame, "intervened" | "device">, onTick?: () => void): void {
    const observation = this.environment.observe();
    const last = this.tails.at(-1);
    // Frames that follow the last rewind belong to another take than the tails of rewinds before it.
    if (last !== undefined && this.tails.length > 1) this.tails = [last];
    if (this.length % this.interval === 0 && this.length > 0)
      this.keep({ frame: this.length, bytes: this.environment.snapshot() });
    this.environment.step(command, onTick);
    this.frames.push({ observation, command, ...by });
  }

  /**
   * Takes the world and the take back; at most to the beginning.
   * @param joined one gesture with the rewind before: what both cut off comes back together
   */
  goBack(seconds: number, joined = false): void {
    const at = Math.max(0, this.length - Math.round(seconds * this.environment.contract.rates.policy));
    if (at === this.length) return;
    const cut = this.cutAt(at);
    const before = joined ? this.tails.at(-1) : undefined;
    if (before !== undefined && before.at === at + cut.frames.length) {
      this.tails.pop();
      this.tails.push({
        at,
        frames: [...cut.frames, ...before.frames],
        snapshots: [...cut.snapshots, ...before.snapshots],
        end: before.end,
      });
    } else this.tails.push(cut);
    const nearest = this.snapshots.findLast((snapshot) => snapshot.frame <= at)!;
    this.environment.restore(nearest.bytes);
    for (const { command } of this.frames.slice(nearest.frame)) this.environment.step(command);
  }

  /** Brings back what the last rewind cut off; what was recorded since is cut off instead. */
  restoreTail(): void {
    const tail = this.tails.pop();
    if (tail === undefined) return;
    if (this.length > tail.at) this.tails.push(this.cutAt(tail.at));
    this.frames.push(...tail.frames);
    for (const snapshot of tail.snapshots) this.keep(snapshot);
    this.environment.restore(tail.end);
  }

  /** The episode so far. */
  finish({ sentence, maker, success }: EpisodeWords): Episode {
    const { contract } = this.environment;
    const builder = buildEpisode(contract);
    for (const { observation, command } of this.frames) builder.add(observation, command);
    return builder.finish(sentence, {
      maker,
      seed: this.seed,
      success,
      goal: this.goal,
      goalChanges: [],
      initialCommand: this.initialCommand,
      engine: contract.engine,
      interventions: spans(this.frames.map((frame) => frame.intervened)),
    });
  }

  private cutAt(at: number): Tail {
    const cut: Tail = {
      at,
      frames: this.frames.slice(at),
      snapshots: this.snapshots.filter((snapshot) => snapshot.frame > at),
      end: this.environment.snapshot(),
    };
    this.frames = this.frames.slice(0, at);
    this.snapshots = this.snapshots.filter((snapshot) => snapshot.frame <= at);
    return cut;
  }

  /** The first snapshot stays for ever: any frame can be reached from it, if slowly. */
  private keep(snapshot: Snapshot): void {
    this.snapshots.push(snapshot);
    if (this.snapshots.length > KEPT + 1) this.snapshots.splice(1, 1);
  }
}

/** [from, to) of every run of true. */
function spans(flags: readonly boolean[]): { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const [i, flag] of flags.entries()) {
    const last = found.at(-1);
    if (!flag) continue;
    if (last?.to === i) last.to = i + 1;
    else found.push({ from: i, to: i + 1 });
  }
  return found;
}
