/**
 * The world of an open task as it is driven and shown: it sets layouts out, makes steps, keeps the hand where the
 * command in force is, and tells the page where everything stands. It records nothing and decides nothing. Seconds
 * on the shared clock.
 */
import {
  actionOffsets,
  armFoot,
  armOfRobot,
  carriedBy,
  compose,
  type Environment,
  invert,
  type Outcome,
  type Pose,
  type RobotState,
  type ToolReach,
  toolReach,
  yawOf,
} from "../../core/index.js";
import { Capture, type Rows, robotStateOf } from "./capture.js";
import { type Cue, type CueFacts, cuesOf } from "./cues.js";
import { edgesOf, type HandRange, handRangeOf } from "./hand.js";
import { type Manipulability, manipulabilityOf } from "./manipulability.js";
import type { StepTimings } from "./protocol.js";
import type { RecorderState } from "./recorder.js";
import { allSentencesOf, sentencesOf } from "./sentences.js";
import type { SessionPorts } from "./session.js";
import { type Steering, steeringOf } from "./steering.js";

/** The widest two commands may differ and count as alike, m and rad. */
const ALIKE = 1e-6;

/** What is told of a step beside its rows. */
export interface Told {
  readonly recorder: RecorderState;
  readonly outcome: Outcome;
  readonly timings: Omit<StepTimings, "input">;
  /** the command that was asked for; the one in force where nobody asked */
  readonly asked?: ArrayLike<number>;
}

/** A world on stage. */
export class Stage {
  readonly steering: Steering;
  /** seconds of the shared clock between steps: the robot's own, slowed by the pace */
  get period(): number {
    return 1 / this.environment.contract.rates.policy / this.pace;
  }
  /** of simulated time to the clock's */
  pace = 1;
  /** seed of the layout, and steps made in it */
  seed = 0;
  steps = 0;
  /** the last step moved nothing on purpose */
  idle = true;
  private capture: Capture;
  private newestInput: number | null = null;
  private readonly arm: { readonly reach: ToolReach; readonly freedom: Manipulability } | null;
  private readonly gripperAt: number | undefined;
  /** of an arm's hand; null for a base */
  private readonly range: HandRange | null;

  constructor(
    private readonly ports: Pick<SessionPorts, "now" | "post">,
    readonly environment: Environment,
  ) {
    const { contract } = environment;
    this.steering = steeringOf(contract, () => this.pace);
    const arm = armOfRobot(contract.robot);
    this.arm = arm === null ? null : { reach: toolReach(arm), freedom: manipulabilityOf(arm) };
    this.range = this.steering.body === "base" ? null : handRangeOf(contract);
    this.gripperAt = actionOffsets(contract).get("action.gripper.width");
    this.capture = new Capture(environment);
  }

  /** The layout of that seed as at its beginning. */
  setOut(seed: number, recorder: RecorderState): void {
    this.environment.reset(seed);
    this.begin(seed, 0, recorder);
  }

  /** The world as it was, some steps into the layout of that seed. */
  putBack(world: Uint8Array, seed: number, steps: number, recorder: RecorderState): void {
    this.environment.restore(world);
    this.begin(seed, steps, recorder);
  }

  private begin(seed: number, steps: number, recorder: RecorderState): void {
    const { environment, ports } = this;
    this.seed = seed;
    this.steps = steps;
    this.idle = true;
    this.capture = new Capture(environment);
    const scene = environment.scene();
    ports.post(
      {
        kind: "scene",
        at: ports.now(),
        seed,
        frame: scene.frame,
        objects: scene.objects,
        joints: this.capture.joints,
        goal: environment.goal() as Readonly<Record<string, string>>,
        sentence: sentencesOf(environment),
        sentences: allSentencesOf(environment),
      },
      [],
    );
    this.anchor();
    this.showStanding(recorder);
  }

  /** The hand is where the command in force says. */
  anchor(): void {
    const { root } = robotStateOf(this.environment);
    const where = { position: root.position, yaw: yawOf(root.orientation) };
    this.steering.anchor(this.environment.command(), where);
  }

  /** What is asked for by now, as a command, and the device that moved something for it. */
  asked(): ReturnType<Steering["command"]> {
    return this.steering.command(() => {
      const { joints, jointNames } = robotStateOf(this.environment);
      return Array.from(joints).slice(carriedBy(jointNames));
    });
  }

  /** Somebody asked for something at that time: the next step says how long it took to be heard. */
  heard(at: number): void {
    this.newestInput = Math.max(this.newestInput ?? 0, at);
  }

  /**
   * One step by this command. @param by makes it; calls back after every tick
   * @param follows the hand goes on from where the command in force is: a policy has driven
   */
  step(command: Float32Array, by: (onTick: () => void) => void, follows: boolean): Rows {
    const { environment, capture, steering } = this;
    const before = environment.command();
    capture.begin();
    by(capture.take);
    this.steps++;
    this.idle = alike(command, before);
    // What could not be had is not aimed at any longer.
    if (follows || steering.body === "base" || !alike(command, environment.command())) this.anchor();
    return capture.finish();
  }

  /** Whether a command closes the gripper. */
  closes(command: ArrayLike<number>): boolean {
    const { gripper } = this.environment.contract;
    return (
      gripper !== null &&
      this.gripperAt !== undefined &&
      command[this.gripperAt]! < (gripper.open + gripper.closed) / 2
    );
  }

  /** How freely the arm can move as it stands; null without one. */
  private freedom({ joints, jointNames }: RobotState): CueFacts["manipulability"] {
    if (this.arm === null) return null;
    const { of, least } = this.arm.freedom;
    return { measure: of(Array.from(joints).slice(carriedBy(jointNames))), least };
  }

  /** Tells the page that everything stands where it does. */
  showStanding(recorder: RecorderState): void {
    this.capture.begin();
    const outcome = this.environment.outcome();
    const timings = { step: 0, late: 0, dropped: 0 };
    this.show(this.ports.now(), this.capture.finish(), { recorder, outcome, timings });
  }

  /** Tells the page of a step that began at `at`. @returns what is to be noticed in it */
  show(at: number, { data, rows }: Rows, { recorder, outcome, timings, asked }: Told): readonly Cue[] {
    const { environment, steering } = this;
    const { hand } = steering;
    const robot = robotStateOf(environment);
    const command = environment.command();
    const cues = cuesOf({
      contract: environment.contract,
      robot,
      tool: compose(invert(footOf(robot)), robot.tool),
      contacts: environment.contacts?.() ?? [],
      command,
      asked: asked ?? command,
      edges: this.range === null || steering.body !== "arm" ? null : edgesOf(hand, this.range),
      reach: this.arm?.reach ?? null,
      manipulability: this.freedom(robot),
    });
    const input = this.newestInput === null ? null : 1000 * (at - this.newestInput);
    this.newestInput = null;
    this.ports.post(
      {
        kind: "states",
        at,
        tick: this.period / Math.max(1, rows - 1),
        rows,
        data,
        time: environment.time(),
        step: this.steps,
        hand,
        outcome,
        cues,
        recorder,
        timings: { ...timings, input },
      },
      [data.buffer],
    );
    return cues;
  }
}

/** scene ← what the commands of a hand are told in: the base of the arm, on whatever carries it. */
const footOf = ({ root, joints, jointNames }: RobotState): Pose =>
  carriedBy(jointNames) > 0 ? armFoot(root, joints[0]!) : root;

const alike = (a: ArrayLike<number>, b: Float64Array): boolean =>
  b.every((value, i) => Math.abs(value - a[i]!) <= ALIKE);
