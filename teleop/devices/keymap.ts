/** Which key does what, by its physical place; may be changed, and a clash is refused by name. */
import { refuse } from "../../core/index.js";
import type { Action, Body, CameraMove } from "./intent.js";

/** What a held key moves. Of a base: `away` drives, `left` strafes, `yaw` turns left. */
export type KeyAxis = "away" | "left" | "up" | "roll" | "tip" | "yaw";

/** What a key is bound to. */
export type Binding =
  | { readonly does: "move"; readonly axis: KeyAxis; readonly sign: 1 | -1 }
  | { readonly does: "rewind" }
  | { readonly does: "frame" }
  /** joint mode on and off; in it, `yaw` keys lead by the picked joint and `roll` keys pick another */
  | { readonly does: "joint-mode" }
  | { readonly does: "speed"; readonly by: 1 | -1 }
  | { readonly does: "act"; readonly action: Action; readonly shifted?: Action };

/** Bindings by `KeyboardEvent.code`. */
export type KeyMap = Readonly<Record<string, Binding>>;

const move = (axis: KeyAxis, sign: 1 | -1): Binding => ({ does: "move", axis, sign });
const act = (action: Action, shifted?: Action): Binding =>
  shifted === undefined ? { does: "act", action } : { does: "act", action, shifted };
const camera = (to: CameraMove): Action => ({ kind: "camera", move: to });

const EVERYWHERE: KeyMap = {
  KeyR: act({ kind: "record" }),
  Enter: act({ kind: "keep" }),
  NumpadEnter: act({ kind: "keep" }),
  Backspace: { does: "rewind" },
  Delete: act({ kind: "throw-away" }),
  KeyZ: act({ kind: "undo" }),
  Digit1: act({ kind: "mark", success: true }),
  Digit2: act({ kind: "mark", success: false }),
  KeyT: act({ kind: "take-over" }),
  KeyN: act({ kind: "new-layout" }),
  Escape: act({ kind: "stop" }),
  KeyM: act({ kind: "mute" }),
  Slash: act({ kind: "sheet" }),
  Minus: { does: "speed", by: -1 },
  Equal: { does: "speed", by: 1 },
  ArrowLeft: act(camera("left")),
  ArrowRight: act(camera("right")),
  ArrowUp: act(camera("up")),
  ArrowDown: act(camera("down")),
  PageUp: act(camera("nearer")),
  PageDown: act(camera("farther")),
  Home: act(camera("preset")),
  KeyV: act(camera("next-preset"), camera("previous-preset")),
};

/** The keys of each body, unless a person changes them. */
export const KEY_MAPS: Readonly<Record<Body, KeyMap>> = {
  arm: {
    ...EVERYWHERE,
    KeyW: move("away", 1),
    KeyS: move("away", -1),
    KeyA: move("left", 1),
    KeyD: move("left", -1),
    KeyQ: move("up", 1),
    KeyE: move("up", -1),
    KeyU: move("roll", -1),
    KeyO: move("roll", 1),
    KeyI: move("tip", -1),
    KeyK: move("tip", 1),
    KeyJ: move("yaw", -1),
    KeyL: move("yaw", 1),
    KeyF: { does: "frame" },
    KeyG: { does: "joint-mode" },
    KeyB: act({ kind: "switch-body" }),
    Space: act({ kind: "toggle-gripper" }),
  },
  base: {
    ...EVERYWHERE,
    KeyW: move("away", 1),
    KeyS: move("away", -1),
    KeyA: move("yaw", 1),
    KeyD: move("yaw", -1),
    KeyQ: move("left", 1),
    KeyE: move("left", -1),
    Space: act({ kind: "brake" }),
  },
  carrier: {
    ...EVERYWHERE,
    KeyW: move("away", 1),
    KeyS: move("away", -1),
    KeyA: move("yaw", 1),
    KeyD: move("yaw", -1),
    KeyQ: move("up", 1),
    KeyE: move("up", -1),
    KeyB: act({ kind: "switch-body" }),
    Space: act({ kind: "brake" }),
  },
};

/** The map with `from`'s binding on `to` instead; refuses a key that is taken, or one that has nothing to move. */
export function remap(map: KeyMap, from: string, to: string): KeyMap {
  const binding = map[from] ?? refuse("keys", "key must do something", from);
  if (from === to) return map;
  const taken = map[to];
  if (taken !== undefined) refuse("keys", `${to} must be free, it is ${describe(taken)}`, from);
  const { [from]: _, ...rest } = map;
  return { ...rest, [to]: binding };
}

/** What a key does, in a few words. */
export function describe(binding: Binding): string {
  switch (binding.does) {
    case "move":
      return `${binding.sign > 0 ? "+" : "−"}${binding.axis}`;
    case "speed":
      return binding.by > 0 ? "faster" : "slower";
    case "act":
      return binding.action.kind;
    default:
      return binding.does;
  }
}
