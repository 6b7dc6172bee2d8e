/**
 * The keyboard as a device: keys held add up, Shift makes them a quarter as fast, and nothing is held once the window
 * loses the keyboard. Keys that another program would hear (Control, Alt or Meta held) never move a robot.
 *
 * For one hand the clutch sticks: a key that moves is pressed once and goes on; it ends when it or its opposite is
 * pressed, with every stop, and whenever the take comes to a stand. Shift is pressed once, too. Nothing else latches.
 *
 * In joint mode the keys that turn the hand lead by one joint, those that roll it pick another, and the others that move
 * do nothing. What is held when the mode or the joint changes counts for neither.
 */
import { impossible } from "../../core/index.js";
import { type DeviceInput, type DeviceModule, holding, type Reaction } from "./device.js";
import { type Action, type Body, type DriveFrame, endsMotion, type Intent, STILL } from "./intent.js";
import { type Binding, KEY_MAPS, type KeyAxis, type KeyMap } from "./keymap.js";
import { FINE, FIRST_STEP, jointSpeedOf, otherStep, speedOf } from "./speeds.js";
import { nextFrame, snapAzimuth, steered } from "./view-frame.js";

interface Keys {
  readonly body: Body;
  readonly map: KeyMap;
  /** codes of keys held that move something, or go back; of a sticky clutch those that move were only pressed */
  readonly held: readonly string[];
  readonly sticky: boolean;
  readonly shift: boolean;
  /** a quarter as fast: while Shift is held, or from one press of it to the next */
  readonly fine: boolean;
  readonly step: number;
  readonly frame: DriveFrame;
  /** how many joints it may lead by; the one it does, from 0, null outside joint mode; and the one picked last */
  readonly joints: number;
  readonly joint: number | null;
  readonly picked: number;
  /** of the picture now, and the one that motion follows */
  readonly azimuth: number;
  readonly followed: number;
}

const NONE: readonly Action[] = [];
const NOTHING: readonly string[] = [];
const isShift = (code: string): boolean => code === "ShiftLeft" || code === "ShiftRight";
const isMeta = (code: string): boolean => code === "MetaLeft" || code === "MetaRight";

/** Anything that moves the robot is held. */
const moving = ({ held, map }: Keys): boolean => held.some((code) => map[code]?.does === "move");

function react(keys: Keys, input: DeviceInput): Reaction<Keys> {
  switch (input.kind) {
    case "lost":
      return letGo(keys);
    case "unlatch":
      return { state: unlatched(keys), actions: NONE };
    case "habits": {
      const { state, actions } = letGo(keys);
      return { state: { ...state, sticky: input.habits.sticky }, actions };
    }
    case "view": {
      const followed = moving(keys) ? keys.followed : snapAzimuth(input.azimuth);
      return { state: { ...keys, azimuth: input.azimuth, followed }, actions: NONE };
    }
    case "key":
      return input.down ? press(keys, input) : release(keys, input.code, input.shift);
    default:
      return { state: keys, actions: NONE };
  }
}

function press(keys: Keys, { code, repeat, shift, modified }: DeviceInput & { kind: "key" }): Reaction<Keys> {
  if (isMeta(code)) return letGo(keys);
  if (isShift(code)) {
    const fine = keys.sticky ? (repeat ? keys.fine : !keys.fine) : true;
    return { state: { ...keys, shift: true, fine }, actions: NONE };
  }
  const now = { ...keys, shift, fine: keys.sticky ? keys.fine : shift };
  const binding = keys.map[code];
  // Escape is heard with any modifier: a stop must always get through.
  if (binding === undefined || repeat || (modified && code !== "Escape"))
    return { state: now, actions: NONE };
  return down(now, code, binding);
}

function down(keys: Keys, code: string, binding: Binding): Reaction<Keys> {
  switch (binding.does) {
    case "move": {
      if (keys.joint !== null && binding.axis !== "yaw")
        return binding.axis === "roll" ? picking(keys, binding.sign) : { state: keys, actions: NONE };
      const ended = keys.sticky ? keys.held.filter((each) => sameAxis(keys.map[each], binding)) : [];
      if (ended.length > 0) return { state: without(keys, ended), actions: NONE };
      if (keys.held.includes(code)) return { state: keys, actions: NONE };
      const followed = moving(keys) ? keys.followed : snapAzimuth(keys.azimuth);
      return { state: { ...keys, followed, held: [...keys.held, code] }, actions: NONE };
    }
    case "rewind": {
      if (keys.shift) return acted(keys, { kind: "restore-tail" });
      return acted({ ...keys, held: [...keys.held, code] }, { kind: "rewind", held: true });
    }
    case "joint-mode":
      if (keys.joints === 0) return { state: keys, actions: NONE };
      return leading(keys, keys.joint === null ? keys.picked : null);
    case "frame": {
      if (keys.joint !== null) return leading(keys, null);
      const frame = nextFrame(keys.frame);
      return acted({ ...keys, frame }, { kind: "frame", frame });
    }
    case "speed": {
      const step = otherStep(keys.body, keys.step, binding.by);
      return { state: { ...keys, step }, actions: [{ kind: "speed", step }] };
    }
    case "act":
      return acted(keys, keys.shift ? (binding.shifted ?? binding.action) : binding.action);
    default:
      return impossible(binding);
  }
}

/** An action, and what it ends of a sticky clutch: a stop even that it is slow. */
function acted(keys: Keys, action: Action): Reaction<Keys> {
  const state = endsMotion(action) ? unlatched(keys) : keys;
  if (action.kind !== "stop") return { state, actions: [action] };
  const stopped = keys.sticky ? { ...state, fine: false } : state;
  if (keys.joint === null) return { state: stopped, actions: [action] };
  const hand = leading(stopped, null);
  return { state: hand.state, actions: [action, ...hand.actions] };
}

/** Leads by that joint from now on, or moves the hand; what was held counts for neither. */
function leading(keys: Keys, joint: number | null): Reaction<Keys> {
  const moved = keys.held.filter((code) => keys.map[code]?.does === "move");
  return {
    state: { ...without(keys, moved), joint, picked: joint ?? keys.picked },
    actions: [{ kind: "joint", joint }],
  };
}

/** The next joint, or the one before; after the last comes the first. */
const picking = (keys: Keys, by: 1 | -1): Reaction<Keys> =>
  leading(keys, (keys.picked + by + keys.joints) % keys.joints);

function release(keys: Keys, code: string, shift: boolean): Reaction<Keys> {
  if (isShift(code))
    return { state: { ...keys, shift, fine: keys.sticky ? keys.fine : shift }, actions: NONE };
  const binding = keys.map[code];
  if (!keys.held.includes(code) || (keys.sticky && binding?.does === "move"))
    return { state: keys, actions: NONE };
  return {
    state: without(keys, [code]),
    actions: binding?.does === "rewind" ? [{ kind: "rewind", held: false }] : NONE,
  };
}

const sameAxis = (one: Binding | undefined, other: Binding & { does: "move" }): boolean =>
  one?.does === "move" && one.axis === other.axis;

/** Keys without some of those held; at rest, motion follows the picture again. */
function without(keys: Keys, codes: readonly string[]): Keys {
  const state = { ...keys, held: keys.held.filter((each) => !codes.includes(each)) };
  return moving(state) ? state : { ...state, followed: snapAzimuth(keys.azimuth) };
}

/** Keys that move something though nothing holds them. */
const latchedOf = ({ sticky, held, map }: Keys): readonly string[] =>
  sticky ? held.filter((code) => map[code]?.does === "move") : NOTHING;

const unlatched = (keys: Keys): Keys => (keys.sticky ? without(keys, latchedOf(keys)) : keys);

/** Nothing is held any more; a rewind that was held ends where it is. */
function letGo(keys: Keys): Reaction<Keys> {
  const rewinding = keys.held.some((code) => keys.map[code]?.does === "rewind");
  return {
    state: { ...keys, held: [], shift: false, fine: false, followed: snapAzimuth(keys.azimuth) },
    actions: rewinding ? [{ kind: "rewind", held: false }] : NONE,
  };
}

function intent(keys: Keys): Intent {
  const sum: Record<KeyAxis, number> = { away: 0, left: 0, up: 0, roll: 0, tip: 0, yaw: 0 };
  for (const code of keys.held) {
    const binding = keys.map[code];
    if (binding?.does === "move") sum[binding.axis] += binding.sign;
  }
  const fine = keys.fine ? FINE : 1;
  if (keys.joint !== null) {
    const rate = fine * jointSpeedOf(keys.step) * sum.yaw;
    return rate === 0 ? STILL : { ...STILL, joint: { index: keys.joint, rate } };
  }
  const { linear, angular } = speedOf(keys.body, keys.step);
  const [v, w] = [fine * linear, fine * angular];
  const frame = keys.body === "arm" ? keys.frame : "world";
  return {
    ...steered(frame, keys.followed, v * sum.away, v * sum.left, v * sum.up),
    angular: [w * sum.roll, w * sum.tip, w * sum.yaw],
    gripper: null,
  };
}

/** A keyboard with keys of one's own. @param joints that an arm may be led by */
export const keyboardWith = (map: KeyMap, body: Body, joints = 0) =>
  holding<Keys>(
    {
      react,
      intent,
      speed: ({ step }) => step,
      latched: (keys) => (keys.sticky && keys.fine ? [...latchedOf(keys), "ShiftLeft"] : latchedOf(keys)),
    },
    {
      body,
      map,
      held: [],
      sticky: false,
      shift: false,
      fine: false,
      step: FIRST_STEP[body],
      frame: "view",
      joints,
      joint: null,
      picked: 0,
      azimuth: 0,
      followed: 0,
    },
  );

/** Keys by their physical place, any layout and any input method. */
export const keyboard: DeviceModule = {
  name: "keyboard",
  summary:
    "keys by their physical place: W A S D in the plane, Q E up and down, J L turn, Space grips, G leads by one joint",
  bodies: ["arm", "base", "carrier"],
  begin: (body, joints) => keyboardWith(KEY_MAPS[body], body, joints),
};
