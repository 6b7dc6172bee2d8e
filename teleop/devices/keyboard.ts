/**
 * The keyboard as a device: keys held add up, Shift makes them a quarter as fast, and nothing is held once the window
 * loses the keyboard. Keys that another program would hear (Control, Alt or Meta held) never move a robot.
 */
import { impossible } from "../../core/index.js";
import { type DeviceInput, type DeviceModule, holding, type Reaction } from "./device.js";
import type { Action, Body, DriveFrame, Intent } from "./intent.js";
import { type Binding, KEY_MAPS, type KeyAxis, type KeyMap } from "./keymap.js";
import { FINE, FIRST_STEP, otherStep, speedOf } from "./speeds.js";
import { nextFrame, snapAzimuth, steered } from "./view-frame.js";

interface Keys {
  readonly body: Body;
  readonly map: KeyMap;
  /** codes of keys held that move something, or go back */
  readonly held: readonly string[];
  readonly shift: boolean;
  readonly step: number;
  readonly frame: DriveFrame;
  /** of the picture now, and the one that motion follows */
  readonly azimuth: number;
  readonly followed: number;
}

const NONE: readonly Action[] = [];
const isShift = (code: string): boolean => code === "ShiftLeft" || code === "ShiftRight";
const isMeta = (code: string): boolean => code === "MetaLeft" || code === "MetaRight";

/** Anything that moves the robot is held. */
const moving = ({ held, map }: Keys): boolean => held.some((code) => map[code]?.does === "move");

function react(keys: Keys, input: DeviceInput): Reaction<Keys> {
  switch (input.kind) {
    case "lost":
      return letGo(keys);
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
  if (isShift(code)) return { state: { ...keys, shift: true }, actions: NONE };
  const now = { ...keys, shift };
  const binding = keys.map[code];
  // Escape is heard with any modifier: a stop must always get through.
  if (binding === undefined || repeat || (modified && code !== "Escape"))
    return { state: now, actions: NONE };
  return down(now, code, binding);
}

function down(keys: Keys, code: string, binding: Binding): Reaction<Keys> {
  switch (binding.does) {
    case "move": {
      if (keys.held.includes(code)) return { state: keys, actions: NONE };
      const followed = moving(keys) ? keys.followed : snapAzimuth(keys.azimuth);
      return { state: { ...keys, followed, held: [...keys.held, code] }, actions: NONE };
    }
    case "rewind":
      if (keys.shift) return { state: keys, actions: [{ kind: "restore-tail" }] };
      return {
        state: { ...keys, held: [...keys.held, code] },
        actions: [{ kind: "rewind", held: true }],
      };
    case "frame": {
      const frame = nextFrame(keys.frame);
      return { state: { ...keys, frame }, actions: [{ kind: "frame", frame }] };
    }
    case "speed": {
      const step = otherStep(keys.body, keys.step, binding.by);
      return { state: { ...keys, step }, actions: [{ kind: "speed", step }] };
    }
    case "act":
      return { state: keys, actions: [keys.shift ? (binding.shifted ?? binding.action) : binding.action] };
    default:
      return impossible(binding);
  }
}

function release(keys: Keys, code: string, shift: boolean): Reaction<Keys> {
  if (isShift(code)) return { state: { ...keys, shift }, actions: NONE };
  if (!keys.held.includes(code)) return { state: keys, actions: NONE };
  const held = keys.held.filter((each) => each !== code);
  const state = { ...keys, held };
  return {
    state: moving(state) ? state : { ...state, followed: snapAzimuth(keys.azimuth) },
    actions: keys.map[code]?.does === "rewind" ? [{ kind: "rewind", held: false }] : NONE,
  };
}

/** Nothing is held any more; a rewind that was held ends where it is. */
function letGo(keys: Keys): Reaction<Keys> {
  const rewinding = keys.held.some((code) => keys.map[code]?.does === "rewind");
  return {
    state: { ...keys, held: [], shift: false, followed: snapAzimuth(keys.azimuth) },
    actions: rewinding ? [{ kind: "rewind", held: false }] : NONE,
  };
}

function intent(keys: Keys): Intent {
  const sum: Record<KeyAxis, number> = { away: 0, left: 0, up: 0, roll: 0, tip: 0, yaw: 0 };
  for (const code of keys.held) {
    const binding = keys.map[code];
    if (binding?.does === "move") sum[binding.axis] += binding.sign;
  }
  const fine = keys.shift ? FINE : 1;
  const { linear, angular } = speedOf(keys.body, keys.step);
  const [v, w] = [fine * linear, fine * angular];
  const frame = keys.body === "arm" ? keys.frame : "world";
  return {
    ...steered(frame, keys.followed, v * sum.away, v * sum.left, v * sum.up),
    angular: [w * sum.roll, w * sum.tip, w * sum.yaw],
    gripper: null,
  };
}

/** A keyboard with keys of one's own. */
export const keyboardWith = (map: KeyMap, body: Body) =>
  holding<Keys>(
    { react, intent, speed: ({ step }) => step },
    {
      body,
      map,
      held: [],
      shift: false,
      step: FIRST_STEP[body],
      frame: "view",
      azimuth: 0,
      followed: 0,
    },
  );

/** Keys by their physical place, any layout and any input method. */
export const keyboard: DeviceModule = {
  name: "keyboard",
  summary: "keys by their physical place: W A S D in the plane, Q E up and down, J L turn, Space grips",
  bodies: ["arm", "base", "carrier"],
  begin: (body) => keyboardWith(KEY_MAPS[body], body),
};
