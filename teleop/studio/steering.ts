/**
 * From intents to commands: what the devices ask for, in continuous time, sampled once a step exactly as the task's
 * contract takes it. An arm is steered by its hand (a pose that intents move), a base by its twist. Times are
 * seconds on the shared clock and may come a little late; what moved meanwhile is made good. Intents that nobody
 * repeats die, so that a page that hangs leaves the robot holding.
 */
import {
  actionOffsets,
  type Contract,
  type Feature,
  featureOf,
  impossible,
  MOBILE_BASE,
  refuse,
  totalSize,
  wrapAngle,
} from "../../core/index.js";
import { type Body, type Intent, isStill, STILL } from "../devices/intent.js";
import { type Hand, handRangeOf, moveHand } from "./hand.js";
import { jointLeadOf } from "./joint-lead.js";
import { INTENT_EXPIRES } from "./protocol.js";

/** Turns intents into the commands of a contract. */
export interface Steering {
  /** what devices drive now */
  readonly body: Body;
  /** Devices drive another body of the same robot from now on; what is held counts for neither. */
  switchTo(body: Body): void;
  /** A device asks for this since `at`; heard at `now`. Where it lies before the last `until`, it is made good. */
  take(device: string, intent: Intent, at: number, now: number): void;
  /** Time goes on to `t`: with what is asked for, or, while nothing may move, without. */
  until(t: number, moves: boolean): void;
  /** Whether anything is asked for now. */
  readonly still: boolean;
  toggleGripper(): void;
  /** Nothing that is held counts any more, until it was let go. */
  letGo(): void;
  /** Where the person wants the tool; of a base where it stands, which `anchor` has told. */
  readonly hand: Hand;
  /**
   * The next command, [A], and the device that moved something for it.
   * @param joints of the arm as it stands, [n] rad
   */
  command(joints: () => ArrayLike<number>): {
    readonly command: Float32Array;
    readonly device: string | null;
  };
  /** From here on: the command in force and, of a base, where it stands. */
  anchor(command: ArrayLike<number>, stands: Pick<Hand, "position" | "yaw">): void;
}

/** How much of simulated time passes in a second: a hand moves in simulated time. */
export type Pace = () => number;

/** What of a robot a person drives at first. @throws InputError for one that hands on keys cannot drive as a whole yet */
export function bodyOf({ control, robot }: Contract): Body {
  switch (control) {
    case "tool-pose":
      return "arm";
    case "base-twist":
      return "base";
    case "arm-team":
      return refuse(
        "studio",
        "the robot must be one arm or a base: two hands at once have no keys yet",
        robot,
      );
    case "mobile-manipulation":
      return "carrier";
    default:
      return impossible(control);
  }
}

/** The steering of a contract's control mode. */
export function steeringOf(contract: Contract, pace: Pace): Steering {
  const body = bodyOf(contract);
  switch (body) {
    case "arm":
      return armSteering(contract, pace);
    case "base":
      return baseSteering(contract, pace);
    case "carrier":
      return carriedSteering(contract, pace);
    default:
      return impossible(body);
  }
}

interface Voice {
  intent: Intent;
  heard: number;
  /** let go by force: silent until it asks for nothing */
  muted: boolean;
}

/** Older news than this is taken as of now, s. */
const LATEST = 0.25;

/** The devices and what each asks for. */
class Voices {
  private readonly voices = new Map<string, Voice>();

  /** @returns what the device asked for before */
  take(device: string, intent: Intent, now: number): Intent {
    const voice = this.voices.get(device) ?? { intent: STILL, heard: now, muted: false };
    const before = voice.muted ? STILL : voice.intent;
    if (isStill(intent)) voice.muted = false;
    voice.intent = intent;
    voice.heard = now;
    this.voices.set(device, voice);
    return before;
  }

  /** What is asked for at `t`, by whom. */
  at(t: number): readonly (readonly [device: string, intent: Intent])[] {
    return [...this.voices]
      .filter(([, { intent, heard, muted }]) => !muted && !isStill(intent) && t - heard <= INTENT_EXPIRES)
      .map(([device, { intent }]) => [device, intent] as const);
  }

  muted(device: string): boolean {
    return this.voices.get(device)?.muted === true;
  }

  letGo(): void {
    for (const voice of this.voices.values()) voice.muted = !isStill(voice.intent);
  }
}

const backwards = ({ frame, linear, angular, joint }: Intent): Intent => ({
  frame,
  linear: [-linear[0], -linear[1], -linear[2]],
  angular: [-angular[0], -angular[1], -angular[2]],
  ...(joint === undefined ? {} : { joint: { index: joint.index, rate: -joint.rate } }),
  gripper: null,
});

function armSteering(contract: Contract, pace: Pace): Steering {
  const offsets = actionOffsets(contract);
  const [position, yaw, width] = ["action.ee.position", "action.ee.yaw", "action.gripper.width"].map(
    (name) => offsets.get(name) ?? featureOf(contract, name),
  ) as [number, number, number];
  const range = handRangeOf(contract);
  const lead = jointLeadOf(contract);
  const voices = new Voices();
  /** rad by which joints are to lead since the last command */
  const turned = new Map<number, number>();
  const grips = new Map<string, number>();
  let hand: Hand = { position: [0, 0, 0], yaw: 0, width: 0 };
  let time = Number.NaN;
  let moving = false;
  let mover: string | null = null;

  const move = (device: string, intent: Intent, seconds: number): void => {
    const { joint } = intent;
    if (joint !== undefined)
      turned.set(joint.index, (turned.get(joint.index) ?? 0) + joint.rate * seconds * pace());
    hand = moveHand(hand, { ...intent, gripper: null }, seconds * pace(), range);
    mover = device;
  };
  const until = (t: number, moves: boolean): void => {
    if (moves && t > time) for (const [device, intent] of voices.at(t)) move(device, intent, t - time);
    if (!(t <= time)) time = t;
    moving = moves;
  };

  return {
    body: "arm",
    switchTo: () => {},
    take: (device, intent, at, now) => {
      const index = intent.joint?.index;
      if (index !== undefined && lead?.names[index] === undefined)
        refuse("intent", `joint must be one of the ${lead?.names.length ?? 0} of this arm, from 0`, index);
      const when = Math.min(now, Math.max(at, time - LATEST));
      if (!(when < time)) until(when, moving);
      const before = voices.take(device, intent, now);
      // The hand went on with what is now known to have ended, or without what had begun.
      if (moving && when < time) {
        if (!isStill(before)) move(device, backwards(before), time - when);
        if (!voices.muted(device) && !isStill(intent)) move(device, intent, time - when);
      }
      const { gripper } = intent;
      if (gripper !== null && grips.get(device) !== gripper) {
        grips.set(device, gripper);
        hand = moveHand(hand, { ...STILL, gripper }, 0, range);
      }
    },
    until,
    get still() {
      return voices.at(time).length === 0;
    },
    toggleGripper: () => {
      hand = { ...hand, width: hand.width > range.open / 2 ? 0 : range.open };
    },
    letGo: () => {
      voices.letGo();
      turned.clear();
    },
    get hand() {
      return hand;
    },
    command: (joints) => {
      if (lead !== null) for (const [index, angle] of turned) hand = lead.turn(hand, joints(), index, angle);
      turned.clear();
      const command = new Float32Array(totalSize(contract.actions));
      command.set(hand.position, position);
      command[yaw] = hand.yaw;
      command[width] = hand.width;
      const device = mover;
      mover = null;
      return { command, device };
    },
    anchor: (command) => {
      turned.clear();
      hand = {
        position: [command[position]!, command[position + 1]!, command[position + 2]!],
        yaw: wrapAngle(command[yaw]!),
        width: command[width]!,
      };
    },
  };
}

/**
 * A carrier and the arm on it, one at a time: the base has the keys, or the arm has; the other holds (a base stands, a
 * lift and an arm keep their command). Both make one command.
 */
function carriedSteering(contract: Contract, pace: Pace): Steering {
  const arm = armSteering(contract, pace);
  const base = baseSteering(contract, pace);
  const offsets = actionOffsets(contract);
  const ofBase = ["action.base.linear", "action.base.angular", LIFT].map((name) => offsets.get(name)!);
  let driven: Body = "carrier";
  const active = (): Steering => (driven === "arm" ? arm : base);
  const letGo = (): void => {
    arm.letGo();
    base.letGo();
  };
  return {
    get body() {
      return driven;
    },
    switchTo: (body) => {
      if (body === driven) return;
      letGo();
      driven = body;
    },
    take: (device, intent, at, now) => active().take(device, intent, at, now),
    until: (t, moves) => {
      arm.until(t, moves);
      base.until(t, moves);
    },
    get still() {
      return active().still;
    },
    toggleGripper: () => arm.toggleGripper(),
    letGo,
    get hand() {
      return arm.hand;
    },
    command: (joints) => {
      const { command, device } = arm.command(joints);
      const below = base.command(joints);
      for (const at of ofBase) command[at] = below.command[at]!;
      return { command, device: device ?? below.device };
    },
    anchor: (command, stands) => {
      arm.anchor(command, stands);
      base.anchor(command, stands);
    },
  };
}

/** The action that says how high a lift stands, and m/s that one goes at most. */
const LIFT = "action.lift.height";
const LIFT_SPEED = MOBILE_BASE.lift.speed;

function baseSteering(contract: Contract, pace: Pace): Steering {
  const linear = featureOf(contract, "action.base.linear");
  const angular = featureOf(contract, "action.base.angular");
  const lift = contract.actions.find(({ name }) => name === LIFT);
  const offsets = actionOffsets(contract);
  const voices = new Voices();
  let stands: Hand = { position: [0, 0, 0], yaw: 0, width: 0 };
  let time = Number.NaN;
  /** way and turn asked for since the last command, and over how long */
  let [way, turn, span] = [0, 0, 0];
  /** m that the lift is to stand at, and whether that has moved since the last command */
  let [height, lifted] = [0, false];
  let moving = false;
  let mover: string | null = null;
  /** whether the last command asked for motion */
  let ran = false;

  const raise = (by: number): void => {
    if (lift === undefined || by === 0) return;
    height = within(height + by, lift);
    lifted = true;
  };
  const until = (t: number, moves: boolean): void => {
    if (moves && t > time) {
      span += t - time;
      for (const [device, intent] of voices.at(t)) {
        way += intent.linear[0] * (t - time);
        turn += intent.angular[2] * (t - time);
        raise(intent.linear[2] * pace() * (t - time));
        mover = device;
      }
    }
    if (!(t <= time)) time = t;
    moving = moves;
  };

  return {
    body: "base",
    switchTo: () => {},
    take: (device, intent, at, now) => {
      until(Math.min(now, Math.max(at, time)), moving);
      // A base has no joints to lead by.
      const { linear, angular, frame, gripper } = intent;
      // No faster than a lift goes: its command must not run away from it.
      const up = lift === undefined ? 0 : Math.max(-LIFT_SPEED, Math.min(LIFT_SPEED, linear[2]));
      const heard: Intent = { frame, linear: [linear[0], 0, up], angular: [0, 0, angular[2]], gripper };
      voices.take(device, heard, now);
    },
    until,
    get still() {
      return voices.at(time).length === 0;
    },
    toggleGripper: () => {},
    letGo: () => {
      voices.letGo();
      [way, turn, span] = [0, 0, 0];
    },
    get hand() {
      return stands;
    },
    command: () => {
      const now = voices.at(time);
      const sum = (pick: (intent: Intent) => number): number =>
        now.reduce((total, [, intent]) => total + pick(intent), 0);
      // A key that was pressed and let go within one period counts for the share of it.
      const tapped = now.length === 0 && !ran && span > 0;
      const v = tapped ? way / span : sum((intent) => intent.linear[0]);
      const w = tapped ? turn / span : sum((intent) => intent.angular[2]);
      const command = new Float32Array(totalSize(contract.actions));
      command[offsets.get(linear.name)!] = within(v, linear);
      command[offsets.get(angular.name)!] = within(w, angular);
      if (lift !== undefined) command[offsets.get(LIFT)!] = height;
      const device = v === 0 && w === 0 && !lifted ? null : mover;
      ran = now.length > 0;
      [way, turn, span, mover, lifted] = [0, 0, 0, null, false];
      return { command, device };
    },
    anchor: (command, where) => {
      stands = { ...where, width: 0 };
      if (lift !== undefined) height = command[offsets.get(LIFT)!]!;
    },
  };
}

const within = (value: number, { limits }: Feature): number =>
  limits === null ? value : Math.min(limits.high[0]!, Math.max(limits.low[0]!, value));
