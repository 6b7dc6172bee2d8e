/**
 * One open task: its stage, the take in the making, whoever drives. It hears messages, makes the steps that are due
 * and does what the recorder asks for. Seconds on the shared clock. Not here: opening, closing and loading, which
 * take time; how the world is shown.
 */
import {
  type Environment,
  impossible,
  type Outcome,
  type Policy,
  refuse,
  unmetRequirements,
} from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import type { Action } from "../devices/intent.js";
import { type PolicyDriver, policyDriver } from "./policy-driver.js";
import type { TakeEvent, ToSimulation } from "./protocol.js";
import {
  beginRecorder,
  nextTime,
  type RecorderEffect,
  type RecorderEvent,
  type RecorderState,
  record,
  runs,
} from "./recorder.js";
import { sentencesOf } from "./sentences.js";
import type { SessionPorts } from "./session.js";
import { Stage } from "./stage.js";
import { makerOf, takeSummary, trialOf } from "./take.js";
import { TakeLog } from "./take-log.js";
import { TakeNotes } from "./take-notes.js";
import type { TakeStore } from "./take-store.js";

/** What a desk shares with its session. */
export interface DeskPorts {
  readonly ports: Pick<SessionPorts, "now" | "post" | "wake">;
  /** carries out what takes time, one after the other; what it throws is told to the page */
  readonly later: (work: () => Promise<void>) => void;
  readonly policies: ReadonlyMap<string, Policy>;
}

/** What a desk is set up with. */
export interface DeskSetting {
  readonly environment: Environment;
  /** seconds that a policy alone has */
  readonly horizon: number;
  readonly takes: TakeStore;
  /** of the first layout */
  readonly seed: number;
  /** who the takes are by; null names the device */
  readonly maker: string | null;
}

/**
 * Seconds from a first touch to the first step that follows it: motion need not wait for the beat. Shorter, and the way
 * of that step would be too short to be seen.
 */
const ONSET = 0.02;
/** Steps that may be made up for after a pause of the machine; the rest is dropped from the clock. */
const MOST_CATCH_UP = 3;
/** Layouts that are looked at for one that asks for what is preferred. */
const MOST_SEEDS = 32;
/** A take put aside, with the world it belongs to. */
interface Aside {
  readonly log: TakeLog;
  readonly world: Uint8Array;
  readonly events: readonly TakeEvent[];
}

/** What is said to an open task. */
export type DeskMessage = Exclude<ToSimulation, { kind: "open" | "close" | "policy" }>;

/** One open task: its environment, the take in the making, whoever drives. */
export class Desk {
  state: RecorderState;
  private readonly stage: Stage;
  private log: TakeLog | null = null;
  private readonly notes: TakeNotes;
  private aside: Aside | null = null;
  private driver: PolicyDriver | null = null;
  /** the policy that has driven in this layout, and whether its trial has been told */
  private drove: { readonly policy: string; told: boolean } | null = null;
  private trials: { readonly policy: string; readonly seeds: number[] } | null = null;
  /** seed of the layout that comes next */
  private fresh: number;
  /** when the next step is due; null while physics stands still */
  private due: number | null;
  /** a policy thinks: time stands */
  private waiting = false;
  private dropped = 0;
  /** going back again within one gesture */
  private joined = false;
  private closed = false;
  /** how the task is to be said in the next layout; null: any */
  private preferred: string | null = null;

  constructor(
    private readonly around: DeskPorts,
    private readonly setting: DeskSetting,
  ) {
    const { environment, takes, seed } = setting;
    this.stage = new Stage(around.ports, environment);
    this.notes = new TakeNotes(() => around.ports.now());
    this.state = beginRecorder(takes.length + 1);
    this.fresh = seed + 1;
    this.stage.setOut(seed, this.state);
    this.due = around.ports.now() + this.stage.period;
  }

  handle(message: DeskMessage): void {
    const now = this.around.ports.now();
    switch (message.kind) {
      case "intent":
        this.hear(message, now);
        return;
      case "action":
        this.act(message.action, now);
        return;
      case "resume":
        this.tell({ kind: "resume" }, now);
        return;
      case "drive":
        this.drive(message.policy, message.seed, now);
        return;
      case "trials":
        if (message.seeds.length === 0) refuse("trials", "needs at least one seed");
        this.trials = { policy: message.policy, seeds: [...message.seeds] };
        this.drive(message.policy, this.trials.seeds.shift()!, now);
        return;
      case "end-policy":
        this.trials = null;
        this.driver = null;
        this.tell({ kind: "policy-ends" }, now);
        return;
      case "add":
        this.add(message.episode);
        return;
      case "layout":
        if (this.state.phase.name !== "ready")
          refuse("layout", "a take in progress must be kept or thrown away first", this.state.phase.name);
        this.setOut(message.seed);
        return;
      case "noticed":
        if (this.log !== null && this.runs) this.notes.note(this.log.length, message.what, message.detail);
        return;
      case "prefer":
        this.preferred = message.sentence;
        return;
      case "pace":
        if (!(message.factor > 0 && message.factor <= 1))
          refuse("pace", "factor must be above 0 and at most 1", message.factor);
        this.stage.pace = message.factor;
        return;
      case "body":
        this.stage.steering.switchTo(message.body);
        return;
      default:
        impossible(message);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.due = null;
    await this.setting.takes.close();
    this.setting.environment.free();
  }

  advance(): number {
    const { ports } = this.around;
    for (let now = ports.now(); now >= nextTime(this.state); now = ports.now()) {
      const before = this.state;
      this.tell({ kind: "time" }, now);
      if (this.state === before) break;
    }
    const now = ports.now();
    if (this.due !== null && !this.waiting) this.skip(now);
    while (this.due !== null && !this.waiting && now >= this.due) this.step(this.due, now);
    const due = this.waiting ? null : this.due;
    return Math.min(nextTime(this.state), due ?? Number.POSITIVE_INFINITY);
  }

  /** A machine that was away does not make its robot race. */
  private skip(now: number): void {
    const behind = Math.floor((now - this.due!) / this.stage.period);
    if (behind < MOST_CATCH_UP) return;
    this.dropped += behind;
    this.due = now;
    this.stage.steering.until(now, false);
  }

  private hear({ device, at, intent }: DeskMessage & { kind: "intent" }, now: number): void {
    const { steering, idle } = this.stage;
    const wasStill = steering.still;
    const when = Math.min(at, now);
    if (!this.moves) steering.until(now, false);
    steering.take(device, intent, at, now);
    this.stage.heard(when);
    if (!wasStill || steering.still) return;
    // Word of a touch may come late: the step that follows it is due now at the earliest, and no other was missed.
    const onset = Math.max(now, when + ONSET);
    if (this.state.phase.name === "armed") {
      this.tell({ kind: "motion" }, now);
      this.due = onset;
    }
    // At rest nothing is seen of the beat: it falls when the hand moves.
    if (this.due !== null && idle && this.state.driver !== "policy") this.due = Math.min(this.due, onset);
  }

  private act(action: Action, now: number): void {
    switch (action.kind) {
      case "toggle-gripper":
        if (this.state.driver === "policy") return;
        if (this.state.phase.name === "armed") this.tell({ kind: "motion" }, now);
        if (this.runs) this.stage.steering.toggleGripper();
        return;
      case "brake":
        this.stage.steering.letGo();
        return;
      case "stop":
        this.stop("stopped by hand", now);
        return;
      case "rewind":
        this.joined = false;
        this.tell(action, now);
        return;
      case "take-over":
        this.takeOver(now);
        return;
      case "record":
      case "keep":
      case "restore-tail":
      case "throw-away":
      case "undo":
      case "mark":
      case "new-layout":
        this.tell(action, now);
        return;
      // What only the page knows.
      case "camera":
      case "frame":
      case "joint":
      case "switch-body":
      case "mute":
      case "sheet":
      case "speed":
        return;
      default:
        impossible(action);
    }
  }

  private stop(reason: string, now: number): void {
    this.stage.steering.letGo();
    this.tell({ kind: "stop", reason }, now);
  }

  private takeOver(now: number): void {
    const before = this.state.driver;
    this.tell({ kind: "take-over" }, now);
    const { driver } = this.state;
    if (driver === before) return;
    this.driver?.drop();
    this.waiting = false;
    this.stage.anchor();
    this.notes.note(this.log?.length ?? 0, driver === "policy" ? "hand-back" : "take-over");
  }

  private drive(name: string, seed: number | null, now: number): void {
    const policy = this.around.policies.get(name) ?? refuse("policy", "must have been sent", name);
    const { environment } = this.setting;
    const { contract } = environment;
    const unmet = unmetRequirements(policy.contract, contract);
    if (unmet.length > 0) refuse("policy", `must fit this task: ${unmet.join("; ")}`, name);
    if (this.state.phase.name !== "ready")
      refuse("policy", "a take in progress must be kept or thrown away first", this.state.phase.name);
    if (seed !== null && seed !== this.stage.seed) this.setOut(seed);
    this.tell({ kind: "policy-drives" }, now);
    this.drove = { policy: name, told: false };
    this.waiting = false;
    this.driver = policyDriver(name, policy, environment, this.stage.seed, (error) => {
      if (this.closed) return;
      if (error !== null) this.stop(`the policy failed: ${error}`, this.around.ports.now());
      else if (this.due !== null) this.due = Math.max(this.due, this.around.ports.now());
      this.waiting = false;
      this.around.ports.wake();
    });
  }

  /** Tells the recorder, and does what it asks for. */
  private tell(event: RecorderEvent, now: number): void {
    const before = this.state;
    const { state, effects } = record(before, event, now);
    this.state = state;
    for (const effect of effects) this.carryOut(effect, now);
    if (this.state.phase.name !== before.phase.name) {
      this.changePhase(before.phase.name, now);
      if (this.log !== null) this.notes.note(this.log.length, "phase", this.state.phase.name);
    }
    if (this.state !== before && event.kind !== "stepped")
      this.around.ports.post({ kind: "recorder", at: now, recorder: this.state }, []);
  }

  private get runs(): boolean {
    return runs(this.state.phase);
  }

  /** Whether the hand may move: physics runs, or waits for just that. */
  private get moves(): boolean {
    return this.runs || this.state.phase.name === "armed";
  }

  private changePhase(from: RecorderState["phase"]["name"], now: number): void {
    const { stage } = this;
    const { steering } = stage;
    steering.until(now, this.due !== null || from === "armed");
    if (!this.runs) this.due = null;
    else if (this.due === null) {
      if (from !== "armed") stage.anchor();
      this.due = now;
    }
    steering.until(now, this.moves);
  }

  private carryOut(effect: RecorderEffect, now: number): void {
    const { stage } = this;
    const { environment } = stage;
    switch (effect.kind) {
      case "begin-take":
        // The take begins where its seed says, so that seed and commands alone can play it again.
        if (stage.steps > 0) this.setOut(stage.seed);
        this.log = new TakeLog(environment, stage.seed);
        this.notes.clear();
        return;
      case "go-back":
        this.log!.goBack(effect.seconds, this.joined);
        this.joined = true;
        this.moved("rewind", now);
        return;
      case "restore-tail":
        this.log!.restoreTail();
        this.moved(null, now);
        return;
      case "store":
        this.store();
        return;
      case "put-aside":
        this.aside = { log: this.log!, world: environment.snapshot(), events: this.notes.events };
        this.log = null;
        return;
      case "take-back":
        this.takeBack(now);
        return;
      case "forget":
        this.aside = null;
        return;
      case "set-out":
        // It takes a moment, in which the page is to say so.
        this.around.ports.post({ kind: "recorder", at: now, recorder: this.state }, []);
        this.setOut(effect.which === "same" && this.trials === null ? stage.seed : this.nextSeed());
        this.layoutStands(this.around.ports.now());
        return;
      default:
        impossible(effect);
    }
  }

  /** The world is elsewhere in the take. */
  private moved(what: TakeEvent["what"] | null, now: number): void {
    const log = this.log!;
    this.notes.cutAt(log.length);
    if (what !== null) this.notes.note(log.length, what);
    this.stage.anchor();
    this.driver?.drop();
    this.waiting = false;
    const [frames, seconds, tail] = [log.length, log.seconds(), log.tail];
    this.tell({ kind: "moved-to", frames, seconds, tail }, now);
    this.stage.showStanding(this.state);
  }

  private takeBack(now: number): void {
    const { log, world, events } = this.aside!;
    this.aside = null;
    this.log = log;
    this.stage.putBack(world, log.seed, log.length, this.state);
    this.notes.putBack(events);
    this.moved(null, now);
  }

  private store(): void {
    const log = this.log!;
    const { events } = this.notes;
    const success = this.state.mark ?? this.setting.environment.outcome().state === "success";
    const words = { ...this.words(log), success };
    const episode = log.finish(words);
    const { ports } = this.around;
    this.around.later(async () => {
      try {
        const index = await this.setting.takes.append(episode, events);
        const take = takeSummary(log, words, index, events);
        ports.post({ kind: "kept", at: ports.now(), take }, []);
        this.tell({ kind: "stored" }, ports.now());
      } catch (error) {
        this.tell({ kind: "not-stored" }, ports.now());
        throw error;
      }
    });
  }

  /** Stores what was made of takes elsewhere; the take in the making stays what it is, and counts on. */
  private add(episode: Episode): void {
    const { ports } = this.around;
    this.around.later(async () => {
      const index = await this.setting.takes.append(episode, []);
      const { length, task: sentence, meta } = episode;
      const { maker, success, seed } = meta;
      const seconds = length / this.setting.environment.contract.rates.record;
      const take = { index, seed: seed ?? 0, seconds, frames: length, success, maker, sentence };
      ports.post({ kind: "kept", at: ports.now(), take: { ...take, intervened: 0, events: [] } }, []);
      this.tell({ kind: "added" }, ports.now());
    });
  }

  /** What the take is of, and who it is by. */
  private words(log: TakeLog): { readonly sentence: string; readonly maker: string } {
    const maker = this.setting.maker ?? makerOf(log, this.drove?.policy ?? null);
    return { sentence: sentencesOf(this.setting.environment).en, maker };
  }

  private nextSeed(): number {
    const seed = this.trials?.seeds.shift();
    if (seed !== undefined) return seed;
    this.trials = null;
    const { environment } = this.setting;
    for (let i = 0; this.preferred !== null && i < MOST_SEEDS; i++) {
      environment.reset(this.fresh + i);
      if (sentencesOf(environment).en === this.preferred) {
        this.fresh += i;
        break;
      }
    }
    return this.fresh++;
  }

  private layoutStands(now: number): void {
    this.tell({ kind: "layout-ready" }, now);
    this.nextTrial(now);
  }

  private setOut(seed: number): void {
    this.log = null;
    this.driver = null;
    this.drove = null;
    this.waiting = false;
    this.stage.setOut(seed, this.state);
    // Its time begins now: no step was due while it did not stand.
    if (this.due !== null) this.due = Math.max(this.due, this.around.ports.now());
  }

  /** The next of a row of trials, as soon as its layout stands. */
  private nextTrial(now: number): void {
    const { trials } = this;
    if (trials === null || this.state.phase.name !== "ready") return;
    this.drive(trials.policy, null, now);
  }

  /** One step of the robot, due at `at`; while a policy thinks, none. */
  private step(at: number, now: number): void {
    const { stage, state } = this;
    const { environment } = stage;
    stage.steering.until(at, true);
    const asked = this.command();
    this.waiting = asked === null;
    if (asked === null) return;
    const { command, device } = asked;
    const begin = this.around.ports.now();
    const log = state.phase.name === "recording" ? this.log : null;
    if (log !== null) this.notes.grip(log.length, stage.closes(environment.command()), stage.closes(command));
    const by = { intervened: state.driver === "taken-over", device };
    const rows = stage.step(
      command,
      (onTick) => (log === null ? environment.step(command, onTick) : log.step(command, by, onTick)),
      state.driver === "policy",
    );
    this.due = at + stage.period;
    const timings = {
      step: 1000 * (this.around.ports.now() - begin),
      late: 1000 * (now - at),
      dropped: this.dropped,
    };
    const outcome = this.judge();
    if (log !== null)
      this.tell({ kind: "stepped", frames: log.length, seconds: log.seconds(), outcome }, now);
    const cues = stage.show(at, rows, { recorder: this.state, outcome, timings, asked: command });
    if (log === null) return;
    this.notes.cue(log.length, cues);
    this.endTrial(log, outcome, now);
  }

  private command(): { readonly command: Float32Array; readonly device: string | null } | null {
    if (this.state.driver !== "policy" || this.driver === null) return this.stage.asked();
    const command = this.driver.next();
    return command === null ? null : { command, device: null };
  }

  /** What the checker says; a policy alone has the card's time, people have theirs. */
  private judge(): Outcome {
    const { environment, horizon } = this.setting;
    const outcome = environment.outcome();
    const alone = this.driver !== null && this.log?.intervened === 0;
    return alone && outcome.state === "running" && environment.time() >= horizon - 1e-9
      ? { state: "failure", kind: "timed-out" }
      : outcome;
  }

  /** A trial that nobody touched is over with the checker's word; one with corrections waits for a decision. */
  private endTrial(log: TakeLog, outcome: Outcome, now: number): void {
    const { drove } = this;
    if (drove === null || drove.told || outcome.state === "running") return;
    drove.told = true;
    const told = trialOf(log, this.words(log), outcome);
    this.around.ports.post({ kind: "trial", at: now, policy: drove.policy, ...told }, []);
    if (this.trials !== null && log.intervened === 0) this.tell({ kind: "dismiss" }, now);
  }
}
