/**
 * One open task: its environment, the take in the making, whoever drives. It hears messages, makes the steps that
 * are due, does what the recorder asks for, and shows all of it. Seconds on the shared clock. Not here: opening,
 * closing and loading, which take time.
 */
import {
  actionOffsets,
  type Environment,
  impossible,
  type Outcome,
  type Policy,
  refuse,
  unmetRequirements,
} from "../../core/index.js";
import type { Action } from "../devices/intent.js";
import { Capture, robotStateOf } from "./capture.js";
import { cuesOf } from "./cues.js";
import { edgesOf } from "./hand.js";
import { manipulabilityOf } from "./manipulability.js";
import { type PolicyDriver, policyDriver } from "./policy-driver.js";
import type { TakeEvent, ToSimulation, TrialSummary } from "./protocol.js";
import {
  beginRecorder,
  type Driver,
  nextTime,
  type RecorderEffect,
  type RecorderEvent,
  type RecorderState,
  record,
  runs,
} from "./recorder.js";
import { sentencesOf } from "./sentences.js";
import type { SessionPorts } from "./session.js";
import { type Steering, steeringOf } from "./steering.js";
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
/** The widest two commands may differ and count as alike, m and rad. */
const ALIKE = 1e-6;

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
  private readonly environment: Environment;
  private readonly steering: Steering;
  private readonly period: number;
  private readonly manipulability: ((joints: ArrayLike<number>) => number) | null;
  private capture: Capture;
  private log: TakeLog | null = null;
  private readonly notes = new TakeNotes();
  private aside: Aside | null = null;
  private driver: PolicyDriver | null = null;
  /** the policy that has driven in this layout, and whether its trial has been told */
  private drove: { readonly policy: string; told: boolean } | null = null;
  private trials: { readonly policy: string; readonly seeds: number[] } | null = null;
  private seed: number;
  /** seed of the layout that comes next */
  private fresh: number;
  private steps = 0;
  /** when the next step is due; null while physics stands still */
  private due: number | null;
  /** a policy thinks: time stands */
  private waiting = false;
  /** the last step moved nothing on purpose */
  private idle = true;
  private pace = 1;
  private dropped = 0;
  private newestInput: number | null = null;
  /** going back again within one gesture */
  private joined = false;
  private closed = false;

  constructor(
    private readonly around: DeskPorts,
    private readonly setting: DeskSetting,
  ) {
    const { environment, takes, seed } = setting;
    this.environment = environment;
    this.period = 1 / environment.contract.rates.policy;
    this.steering = steeringOf(environment.contract, () => this.pace);
    this.manipulability = manipulabilityOf(environment.contract);
    this.state = beginRecorder(takes.length + 1);
    this.seed = seed;
    this.fresh = seed + 1;
    this.due = around.ports.now() + this.period;
    environment.reset(seed);
    this.capture = new Capture(environment);
    this.present();
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
      case "layout":
        if (this.state.phase.name !== "ready")
          refuse("layout", "a take in progress must be kept or thrown away first", this.state.phase.name);
        this.setOut(message.seed);
        return;
      case "pace":
        if (!(message.factor > 0 && message.factor <= 1))
          refuse("pace", "factor must be above 0 and at most 1", message.factor);
        this.pace = message.factor;
        return;
      default:
        impossible(message);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.due = null;
    await this.setting.takes.close();
    this.environment.free();
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
    const period = this.period / this.pace;
    const behind = Math.floor((now - this.due!) / period);
    if (behind < MOST_CATCH_UP) return;
    this.dropped += behind;
    this.due = now;
    this.steering.until(now, false);
  }

  private hear({ device, at, intent }: DeskMessage & { kind: "intent" }, now: number): void {
    const { steering } = this;
    const wasStill = steering.still;
    const when = Math.min(at, now);
    if (!this.moves) steering.until(now, false);
    steering.take(device, intent, at, now);
    this.newestInput = Math.max(this.newestInput ?? 0, when);
    if (!wasStill || steering.still) return;
    if (this.state.phase.name === "armed") {
      this.tell({ kind: "motion" }, now);
      this.due = when + ONSET;
    }
    // At rest nothing is seen of the beat: it falls when the hand moves.
    if (this.due !== null && this.idle && this.state.driver !== "policy")
      this.due = Math.min(this.due, when + ONSET);
  }

  private act(action: Action, now: number): void {
    switch (action.kind) {
      case "toggle-gripper":
        if (this.state.driver === "policy") return;
        if (this.state.phase.name === "armed") this.tell({ kind: "motion" }, now);
        if (this.runs) this.steering.toggleGripper();
        return;
      case "brake":
        this.steering.letGo();
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
      case "mute":
      case "sheet":
      case "speed":
        return;
      default:
        impossible(action);
    }
  }

  private stop(reason: string, now: number): void {
    this.steering.letGo();
    this.tell({ kind: "stop", reason }, now);
  }

  private takeOver(now: number): void {
    const before = this.state.driver;
    this.tell({ kind: "take-over" }, now);
    const { driver } = this.state;
    if (driver === before) return;
    this.driver?.drop();
    this.waiting = false;
    this.anchor();
    this.notes.note(this.log?.length ?? 0, driver === "policy" ? "hand-back" : "take-over");
  }

  private drive(name: string, seed: number | null, now: number): void {
    const policy = this.around.policies.get(name) ?? refuse("policy", "must have been sent", name);
    const { contract } = this.environment;
    const unmet = unmetRequirements(policy.contract, contract);
    if (unmet.length > 0) refuse("policy", `must fit this task: ${unmet.join("; ")}`, name);
    if (this.state.phase.name !== "ready")
      refuse("policy", "a take in progress must be kept or thrown away first", this.state.phase.name);
    if (seed !== null && seed !== this.seed) this.setOut(seed);
    this.tell({ kind: "policy-drives" }, now);
    this.drove = { policy: name, told: false };
    this.waiting = false;
    this.driver = policyDriver(name, policy, this.environment, this.seed, (error) => {
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
    if (this.state.phase.name !== before.phase.name) this.changePhase(before.phase.name, now);
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
    const { steering } = this;
    steering.until(now, this.due !== null || from === "armed");
    if (!this.runs) this.due = null;
    else if (this.due === null) {
      if (from !== "armed") this.anchor();
      this.due = now;
    }
    steering.until(now, this.moves);
  }

  private carryOut(effect: RecorderEffect, now: number): void {
    const { environment } = this;
    switch (effect.kind) {
      case "begin-take":
        // The take begins where its seed says, so that seed and commands alone can play it again.
        if (this.steps > 0) this.setOut(this.seed);
        this.log = new TakeLog(environment, this.seed);
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
        this.setOut(effect.which === "same" && this.trials === null ? this.seed : this.nextSeed());
        this.tell({ kind: "layout-ready" }, now);
        this.nextTrial(now);
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
    this.anchor();
    this.driver?.drop();
    this.waiting = false;
    const [frames, seconds, tail] = [log.length, log.seconds(), log.tail];
    this.tell({ kind: "moved-to", frames, seconds, tail }, now);
    this.show(now, this.standing(), 0, 0);
  }

  private takeBack(now: number): void {
    const { log, world, events } = this.aside!;
    this.aside = null;
    this.environment.restore(world);
    this.seed = log.seed;
    this.log = log;
    this.steps = log.length;
    this.present();
    this.notes.putBack(events);
    this.moved(null, now);
  }

  private store(): void {
    const log = this.log!;
    const { state, environment } = this;
    const outcome = environment.outcome();
    const success = state.mark ?? outcome.state === "success";
    const maker = this.maker();
    const sentence = sentencesOf(environment).en;
    const episode = log.finish({ sentence, maker, success });
    const { events } = this.notes;
    this.around.later(async () => {
      try {
        const index = await this.setting.takes.append(episode);
        const take = {
          index,
          seed: log.seed,
          seconds: log.seconds(),
          frames: log.length,
          success,
          maker,
          sentence,
          intervened: log.intervened / log.length,
          events,
        };
        this.around.ports.post({ kind: "kept", at: this.around.ports.now(), take }, []);
        this.tell({ kind: "stored" }, this.around.ports.now());
      } catch (error) {
        this.tell({ kind: "not-stored" }, this.around.ports.now());
        throw error;
      }
    });
  }

  /** Who the take is by. */
  private maker(): string {
    const by = this.drove === null ? `teleop:${this.log?.device ?? "nobody"}` : `policy:${this.drove.policy}`;
    return this.setting.maker ?? by;
  }

  private nextSeed(): number {
    const seed = this.trials?.seeds.shift();
    if (seed === undefined) this.trials = null;
    return seed ?? this.fresh++;
  }

  private setOut(seed: number): void {
    const { environment } = this;
    environment.reset(seed);
    this.seed = seed;
    this.steps = 0;
    this.log = null;
    this.driver = null;
    this.drove = null;
    this.waiting = false;
    this.capture = new Capture(environment);
    this.present();
  }

  /** The next of a row of trials, as soon as its layout stands. */
  private nextTrial(now: number): void {
    const { trials } = this;
    if (trials === null || this.state.phase.name !== "ready") return;
    this.drive(trials.policy, null, now);
  }

  /** Shows a layout: what stands where, and that nothing has moved yet. */
  private present(): void {
    const { environment } = this;
    const now = this.around.ports.now();
    const scene = environment.scene();
    this.around.ports.post(
      {
        kind: "scene",
        at: now,
        seed: this.seed,
        frame: scene.frame,
        objects: scene.objects,
        joints: this.capture.joints,
        goal: environment.goal() as Readonly<Record<string, string>>,
        sentence: sentencesOf(environment),
      },
      [],
    );
    this.anchor();
    this.show(now, this.standing(), 0, 0);
  }

  private standing(): ReturnType<Capture["finish"]> {
    this.capture.begin();
    return this.capture.finish();
  }

  /** The hand is where the command in force says. */
  private anchor(): void {
    const { root } = robotStateOf(this.environment);
    const [x, y, z, w] = root.orientation;
    const yaw = Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z));
    this.steering.anchor(this.environment.command(), { position: root.position, yaw });
  }

  /** One step of the robot, due at `at`; while a policy thinks, none. */
  private step(at: number, now: number): void {
    const { environment, steering, capture, state, log } = this;
    steering.until(at, true);
    const asked = this.command(state.driver);
    this.waiting = asked === null;
    if (asked === null) return;
    const { command, device } = asked;
    const begin = this.around.ports.now();
    const before = environment.command();
    const recording = log !== null && state.phase.name === "recording";
    if (recording) this.notes.grip(log.length, this.closes(before), this.closes(command));
    capture.begin();
    if (recording) {
      const intervened = state.driver === "taken-over";
      log.step(command, { intervened, device }, capture.take);
    } else environment.step(command, capture.take);
    this.steps++;
    const rows = capture.finish();
    this.due = at + this.period / this.pace;
    this.idle = alike(command, before);
    this.follow(command, state.driver);
    const cost = 1000 * (this.around.ports.now() - begin);
    const outcome = this.judge();
    if (recording) {
      const [frames, seconds] = [log.length, log.seconds()];
      this.tell({ kind: "stepped", frames, seconds, outcome }, now);
    }
    this.show(at, rows, cost, 1000 * (now - at), command, outcome);
    if (recording) this.endTrial(outcome, now);
  }

  /** Whether a command closes the gripper. */
  private closes(command: ArrayLike<number>): boolean {
    const { gripper } = this.environment.contract;
    const at = this.gripperAt;
    return gripper !== null && at !== undefined && command[at]! < (gripper.open + gripper.closed) / 2;
  }

  private get gripperAt(): number | undefined {
    return actionOffsets(this.environment.contract).get("action.gripper.width");
  }

  private command(driver: Driver): { command: Float32Array; device: string | null } | null {
    if (driver !== "policy" || this.driver === null) return this.steering.command();
    const command = this.driver.next();
    return command === null ? null : { command, device: null };
  }

  /** The hand goes on from the command in force where that is not what was asked for, and wherever a policy went. */
  private follow(asked: Float32Array, driver: Driver): void {
    const refused = !alike(asked, this.environment.command());
    if (driver === "policy" || this.steering.body === "base" || refused) this.anchor();
  }

  /** What the checker says; a policy alone has the card's time, people have theirs. */
  private judge(): Outcome {
    const { environment, driver, log } = this;
    const outcome = environment.outcome();
    const alone = driver !== null && log !== null && log.intervened === 0;
    return alone && outcome.state === "running" && environment.time() >= this.setting.horizon - 1e-9
      ? { state: "failure", kind: "timed-out" }
      : outcome;
  }

  /** A trial that nobody touched is over with the checker's word; one with corrections waits for a decision. */
  private endTrial(outcome: Outcome, now: number): void {
    const { drove, log, trials } = this;
    if (drove === null || drove.told || log === null || outcome.state === "running") return;
    drove.told = true;
    const trial: TrialSummary = {
      seed: this.seed,
      outcome,
      seconds: log.seconds(),
      intervened: log.intervened / log.length,
    };
    const episode = log.finish({
      sentence: sentencesOf(this.environment).en,
      maker: this.maker(),
      success: outcome.state === "success",
    });
    this.around.ports.post({ kind: "trial", at: now, policy: drove.policy, trial, episode }, []);
    if (trials !== null && log.intervened === 0) this.tell({ kind: "dismiss" }, now);
  }

  /** Sends the rows of a step, or of standing still. */
  private show(
    at: number,
    { data, rows }: ReturnType<Capture["finish"]>,
    step: number,
    late: number,
    asked: ArrayLike<number> = this.environment.command(),
    outcome: Outcome = this.environment.outcome(),
  ): void {
    const { environment, steering } = this;
    const { hand } = steering;
    const robot = robotStateOf(environment);
    const cues = cuesOf({
      contract: environment.contract,
      robot,
      contacts: environment.contacts?.() ?? [],
      command: environment.command(),
      asked,
      edges: steering.body === "arm" ? edgesOf(hand) : null,
      manipulability: this.manipulability?.(robot.joints) ?? null,
    });
    if (this.log !== null && this.state.phase.name === "recording") this.notes.cue(this.log.length, cues);
    const input = this.newestInput === null ? null : 1000 * (at - this.newestInput);
    this.newestInput = null;
    this.around.ports.post(
      {
        kind: "states",
        at,
        tick: this.period / this.pace / Math.max(1, rows - 1),
        rows,
        data,
        time: environment.time(),
        step: this.steps,
        hand,
        outcome,
        cues,
        recorder: this.state,
        timings: { step, late, input, dropped: this.dropped },
      },
      [data.buffer],
    );
  }
}

const alike = (a: ArrayLike<number>, b: Float64Array): boolean =>
  b.every((value, i) => Math.abs(value - a[i]!) <= ALIKE);
