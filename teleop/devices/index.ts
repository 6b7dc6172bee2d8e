/** The devices: a plain list. To add one, add a file and a line; the conformance suite then tests it. */
import { refuse } from "../../core/index.js";
import type { DeviceModule } from "./device.js";
import { gamepad } from "./gamepad.js";
import { gizmo } from "./gizmo.js";
import { keyboard } from "./keyboard.js";
import { touch } from "./touch.js";

export {
  type DeviceInput,
  type DeviceModule,
  type GizmoHandle,
  type Habits,
  type Held,
  type Ray,
  type Taken,
  USUAL_HABITS,
} from "./device.js";
export { curve, DEAD_ZONE, gamepad, THROW_AWAY_HOLD } from "./gamepad.js";
export { gizmo } from "./gizmo.js";
export { type Dragged, dragTo, type Grab, grab } from "./gizmo-drag.js";
export {
  type Action,
  type Body,
  type CameraMove,
  type DriveFrame,
  endsMotion,
  type Intent,
  type IntentFrame,
  isStill,
  STILL,
} from "./intent.js";
export { keyboard, keyboardWith } from "./keyboard.js";
export { type Binding, describe, KEY_MAPS, type KeyAxis, type KeyMap, remap } from "./keymap.js";
export { FINE, FIRST_STEP, jointSpeedOf, SPEEDS, type SpeedStep, speedOf } from "./speeds.js";
export { PAD, touch } from "./touch.js";

/** Every device, in the order of lists and help texts. */
export const DEVICES: readonly DeviceModule[] = [keyboard, gizmo, gamepad, touch];

/** The device of that name, or a refusal that lists the names. */
export const deviceByName = (name: string): DeviceModule =>
  DEVICES.find((device) => device.name === name) ??
  refuse("device", `must be one of ${DEVICES.map((device) => device.name).join(", ")}`, name);
