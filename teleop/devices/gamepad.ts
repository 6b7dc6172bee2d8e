/**
 * A gamepad in the browser's standard mapping: sticks with a dead zone and a cubic curve, buttons as actions. It is
 * polled; when the polling stops or the pad is gone, nothing is asked for any more.
 */
import { type DeviceInput, type DeviceModule, holding, type Reaction, USUAL_HABITS } from "./device.js";
import { type Action, type Body, type DriveFrame, type Intent, STILL } from "./intent.js";
import { FINE, FIRST_STEP, otherStep, speedOf } from "./speeds.js";
import { nextFrame, snapAzimuth, steered } from "./view-frame.js";

/** Share of a stick's way that counts as centre. */
export const DEAD_ZONE = 0.12;
/** Seconds without a poll after which the pad counts as lost. */
const SILENT = 0.25;
/** Seconds that the throw-away button must be held, as usual. */
export const THROW_AWAY_HOLD = 0.6;
/** Share of a trigger's or button's way at which it counts as pressed. */
const PRESSED = 0.5;
/** Share of the gripper trigger's way below which it counts as not touched. */
const TOUCHED = 0.05;

/** Buttons of the standard mapping (W3C Gamepad, section 5). */
const BUTTON = {
  a: 0,
  b: 1,
  x: 2,
  y: 3,
  leftBumper: 4,
  rightBumper: 5,
  leftTrigger: 6,
  rightTrigger: 7,
  back: 8,
  start: 9,
  leftStick: 10,
  rightStick: 11,
  up: 12,
  down: 13,
  left: 14,
  right: 15,
} as const;

interface Pad {
  readonly body: Body;
  /** null when gone, not of the standard mapping, or let go until it is back at rest */
  readonly axes: readonly number[] | null;
  readonly buttons: readonly number[];
  readonly polled: number;
  readonly step: number;
  readonly frame: DriveFrame;
  readonly azimuth: number;
  readonly followed: number;
  /** closing wanted by the trigger; null until it was touched */
  readonly grip: number | null;
  /** since when the throw-away button is down; null when up or already heard */
  readonly backSince: number | null;
  /** times the usual hold */
  readonly patience: number;
}

/** What a stick says: nothing near the centre, then a cubic from 0 to 1. */
export function curve(value: number): number {
  const beyond = (Math.abs(value) - DEAD_ZONE) / (1 - DEAD_ZONE);
  return beyond <= 0 ? 0 : Math.sign(value) * Math.min(1, beyond) ** 3;
}

function react(pad: Pad, input: DeviceInput, now: number): Reaction<Pad> {
  switch (input.kind) {
    case "lost":
    case "gamepad-gone":
      return gone(pad);
    case "habits": {
      const { state, actions } = gone(pad);
      return { state: { ...state, patience: input.habits.patience }, actions };
    }
    case "view": {
      const followed = atRest(pad) ? snapAzimuth(input.azimuth) : pad.followed;
      return { state: { ...pad, azimuth: input.azimuth, followed }, actions: [] };
    }
    case "gamepad":
      return input.mapping === "standard" ? poll(pad, input, now) : gone(pad);
    default:
      return { state: pad, actions: [] };
  }
}

function gone(pad: Pad): Reaction<Pad> {
  const rewinding = down(pad.buttons, BUTTON.b);
  return {
    state: { ...pad, axes: null, buttons: [], backSince: null, followed: snapAzimuth(pad.azimuth) },
    actions: rewinding ? [{ kind: "rewind", held: false }] : [],
  };
}

const down = (buttons: readonly number[], which: number): boolean => (buttons[which] ?? 0) > PRESSED;
const atRest = ({ axes }: Pad): boolean => axes === null || axes.every((value) => curve(value) === 0);

function poll(pad: Pad, input: DeviceInput & { kind: "gamepad" }, now: number): Reaction<Pad> {
  const { axes, buttons } = input;
  const pressed = (which: number): boolean => down(buttons, which) && !down(pad.buttons, which);
  const actions: Action[] = [];
  if (pressed(BUTTON.a)) actions.push({ kind: "record" });
  if (down(buttons, BUTTON.b) !== down(pad.buttons, BUTTON.b))
    actions.push({ kind: "rewind", held: down(buttons, BUTTON.b) });
  if (pressed(BUTTON.x)) actions.push({ kind: "mark", success: true });
  if (pressed(BUTTON.y)) actions.push({ kind: "mark", success: false });
  if (pressed(BUTTON.start)) actions.push({ kind: "keep" });
  if (pressed(BUTTON.rightStick)) actions.push({ kind: "take-over" });
  if (pressed(BUTTON.left)) actions.push({ kind: "camera", move: "previous-preset" });
  if (pressed(BUTTON.right)) actions.push({ kind: "camera", move: "next-preset" });
  let { step, frame, backSince } = pad;
  if (pressed(BUTTON.up) || pressed(BUTTON.down)) {
    step = otherStep(pad.body, step, pressed(BUTTON.up) ? 1 : -1);
    actions.push({ kind: "speed", step });
  }
  if (pressed(BUTTON.leftStick) && pad.body === "arm") {
    frame = nextFrame(frame);
    actions.push({ kind: "frame", frame });
  }
  if (pressed(BUTTON.back)) backSince = now;
  if (!down(buttons, BUTTON.back)) backSince = null;
  if (backSince !== null && now - backSince >= THROW_AWAY_HOLD * pad.patience) {
    backSince = null;
    actions.push({ kind: "throw-away" });
  }
  const trigger = buttons[BUTTON.rightTrigger] ?? 0;
  const touched = trigger > TOUCHED;
  const next: Pad = {
    ...pad,
    axes,
    buttons,
    polled: now,
    step,
    frame,
    backSince,
    grip: touched ? trigger : pad.grip === null ? null : 0,
  };
  const followed = atRest(pad) ? snapAzimuth(pad.azimuth) : pad.followed;
  return { state: { ...next, followed }, actions };
}

function intent(pad: Pad, now: number): Intent {
  const { axes, buttons, body } = pad;
  if (axes === null || now - pad.polled > SILENT) return STILL;
  const [lx, ly, rx, ry] = [0, 1, 2, 3].map((i) => curve(axes[i] ?? 0)) as [number, number, number, number];
  const fine = 1 - (1 - FINE) * Math.min(1, buttons[BUTTON.leftTrigger] ?? 0);
  const speed = speedOf(body, pad.step);
  const [v, w] = [fine * speed.linear, fine * speed.angular];
  // Sticks count right and down as positive; x away, y left, and yaw to the left are the robot's. Adding 0: no -0.
  if (body !== "arm") {
    const up = body === "carrier" ? -v * ry + 0 : 0;
    return { frame: "base", linear: [-v * ly + 0, 0, up], angular: [0, 0, -w * lx + 0], gripper: null };
  }
  const roll = Number(down(buttons, BUTTON.rightBumper)) - Number(down(buttons, BUTTON.leftBumper));
  return {
    ...steered(pad.frame, pad.followed, -v * ly + 0, -v * lx + 0, -v * ry + 0),
    angular: [w * roll, 0, -w * rx + 0],
    gripper: pad.grip,
  };
}

/** Sticks and buttons of a pad with the standard mapping. */
export const gamepad: DeviceModule = {
  name: "gamepad",
  summary:
    "left stick in the plane, right stick up, down and turn, right trigger grips, left trigger is fine",
  bodies: ["arm", "base", "carrier"],
  begin: (body) =>
    holding<Pad>(
      { react, intent, speed: ({ step }) => step },
      {
        body,
        axes: null,
        buttons: [],
        polled: Number.NEGATIVE_INFINITY,
        step: FIRST_STEP[body],
        frame: "view",
        azimuth: 0,
        followed: 0,
        grip: null,
        backSince: null,
        patience: USUAL_HABITS.patience,
      },
    ),
};
