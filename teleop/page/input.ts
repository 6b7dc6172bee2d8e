/**
 * From the page's events to devices, and from devices to the simulation: keys act only while the scene has the
 * focus (Escape everywhere), whatever takes the keyboard away lets all of it go, and a motion is repeated so that a
 * page which hangs stops moving the robot. Nothing here decides what a key means: that is the device's.
 */
import {
  batch,
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from "@preact/signals";
import type { DeviceInput, GizmoHandle, Held, Ray } from "../devices/device.js";
import { gamepad } from "../devices/gamepad.js";
import { gizmo } from "../devices/gizmo.js";
import {
  type Action,
  type Body,
  type CameraMove,
  type DriveFrame,
  endsMotion,
  isStill,
  STILL,
} from "../devices/intent.js";
import { keyboardWith } from "../devices/keyboard.js";
import { FIRST_STEP } from "../devices/speeds.js";
import { touch } from "../devices/touch.js";
import type { Hand } from "../studio/hand.js";
import { INTENT_REPEAT } from "../studio/protocol.js";
import { RECORDER, runs } from "../studio/recorder.js";
import { keyMapOf } from "./keys.js";
import { type Link, pageTime, sharedNow, sharedTime } from "./link.js";
import { holdTime, oneHand } from "./settings.js";
import * as vitals from "./vitals.js";

/** What only the page can do. */
export type PageAction =
  | { readonly kind: "camera"; readonly move: CameraMove }
  | { readonly kind: "switch-body" }
  | { readonly kind: "mute" }
  | { readonly kind: "sheet" };

const NAMES = ["keyboard", "gizmo", "gamepad", "touch"] as const;
/** A device of the page. */
export type DeviceName = (typeof NAMES)[number];

/** Devices in the page, and what they show. */
export interface Input {
  /** codes of keys that are down, or go on though nothing holds them */
  readonly pressed: ReadonlySignal<ReadonlySet<string>>;
  /** codes of those that go on though nothing holds them */
  readonly latched: ReadonlySignal<ReadonlySet<string>>;
  readonly frame: Signal<DriveFrame>;
  readonly speed: Signal<number>;
  /** the joint that keys lead by, from 0; null: they move the hand */
  readonly joint: Signal<number | null>;
  /** the last device that moved anything */
  readonly device: Signal<DeviceName>;
  /** A press or release on the scene; true when the key was one of ours. */
  key(event: KeyboardEvent, down: boolean): boolean;
  /** What a button of the page does in the place of a key. */
  act(action: Action): void;
  /** A key pressed and released by a button of the page. */
  tap(code: string): void;
  grab(handle: GizmoHandle, hand: Hand, ray: Ray): void;
  drag(hand: Hand, ray: Ray, fine: boolean): void;
  drop(): void;
  pad(pad: "left" | "right", phase: "down" | "move" | "up", finger: number, x: number, y: number): void;
  /** The direction into the picture, rad. */
  view(azimuth: number): void;
  /** Everything is let go. */
  lose(): void;
  dispose(): void;
}

/** Milliseconds between looks at a gamepad, and between repeats of a motion. */
const POLL = 20;
/** Seconds without news of a simulation that runs after which nothing goes on that no key holds. */
const SILENT = 1;

/** Ties devices for a body to the line. @param joints that an arm may be led by */
export function createInput(
  link: Link,
  body: Body,
  joints: number,
  onPage: (action: PageAction) => void,
): Input {
  const down = signal<ReadonlySet<string>>(new Set());
  const latched = signal<ReadonlySet<string>>(new Set());
  const frame = signal<DriveFrame>("view");
  const speed = signal(FIRST_STEP[body]);
  const joint = signal<number | null>(null);
  const device = signal<DeviceName>("keyboard");
  const devices: Record<DeviceName, Held> = {
    keyboard: keyboardWith(keyMapOf(body), body, joints),
    gizmo: gizmo.begin(body),
    gamepad: gamepad.begin(body),
    touch: touch.begin(body),
  };
  const sent: Record<string, { text: string; at: number; still: boolean }> = {};

  const perform = (action: Action, at: number): void => {
    // Of a button of the page or another device as of a key of its own.
    if (endsMotion(action)) unlatch();
    switch (action.kind) {
      case "camera":
      case "switch-body":
      case "mute":
      case "sheet":
        onPage(action);
        return;
      case "frame":
        frame.value = action.frame;
        return;
      case "joint":
        joint.value = action.joint;
        return;
      case "speed":
        speed.value = action.step;
        return;
      default:
        if (action.kind === "keep" && link.recorder.peek()?.phase.name === "review")
          vitals.begin("layout", pageTime(at));
        link.send({
          kind: "action",
          at,
          action: action.kind === "rewind" ? { ...action, hold: RECORDER.hold * holdTime.peek() } : action,
        });
    }
  };

  /** Sends what a device asks for when that is new, or when it must be said again. */
  const tell = (name: DeviceName, now: number): void => {
    const intent = devices[name].intent(now);
    const text = JSON.stringify(intent);
    const last = sent[name];
    const still = isStill(intent);
    if (!still && (last?.still ?? true)) vitals.begin("motion", pageTime(now));
    if (last?.text === text && (still || now - last.at < INTENT_REPEAT)) return;
    if (last === undefined && text === JSON.stringify(STILL)) return;
    sent[name] = { text, at: now, still };
    if (!still) device.value = name;
    link.send({ kind: "intent", device: name, at: now, intent });
  };

  const feed = (input: DeviceInput, now: number, only?: DeviceName): void => {
    for (const name of NAMES) {
      if (only !== undefined && name !== only) continue;
      const { device: next, actions } = devices[name].take(input, now);
      devices[name] = next;
      if (name === "keyboard") showLatched();
      for (const action of actions) perform(action, now);
      tell(name, now);
    }
  };

  const showLatched = (): void => {
    const codes = devices.keyboard.latched;
    if (codes.length !== latched.peek().size || codes.some((code) => !latched.peek().has(code)))
      latched.value = new Set(codes);
  };
  const unlatch = (): void => {
    if (latched.peek().size > 0) feed({ kind: "unlatch" }, sharedNow());
  };
  const lose = (): void => {
    down.value = new Set();
    feed({ kind: "lost" }, sharedNow());
  };
  const tap = (code: string): void => {
    const now = sharedNow();
    for (const down of [true, false])
      feed({ kind: "key", code, down, repeat: false, shift: false, modified: false }, now, "keyboard");
  };
  const heed = (): void => {
    const habits = { sticky: oneHand.value, patience: holdTime.value };
    untracked(() => feed({ kind: "habits", habits }, sharedNow()));
  };

  // What nothing holds ends with the phase in which it began; a motion that begins a take goes on in it.
  let phase = "";
  let heard = 0;
  const turned = effect(() => {
    const recorder = link.recorder.value;
    const next = recorder === null ? "" : `${recorder.phase.name} ${recorder.driver}`;
    if (next !== phase && !(phase.startsWith("armed") && next.startsWith("recording"))) untracked(unlatch);
    phase = next;
    heard = sharedNow();
  });

  // Keys that were moved are new keys: nothing is held on them.
  let first = true;
  const moved = effect(() => {
    const map = keyMapOf(body);
    if (first) {
      first = false;
      return;
    }
    lose();
    devices.keyboard = keyboardWith(map, body, joints);
    untracked(heed);
    batch(() => {
      speed.value = FIRST_STEP[body];
      frame.value = "view";
      joint.value = null;
    });
  });

  const heeded = effect(heed);

  const poll = (): void => {
    const now = sharedNow();
    const recorder = link.recorder.peek();
    if (link.failed.peek() !== null || (recorder !== null && runs(recorder.phase) && now - heard > SILENT))
      unlatch();
    const pad = navigator.getGamepads?.().find((each) => each !== null);
    if (pad) {
      feed(
        {
          kind: "gamepad",
          mapping: pad.mapping,
          axes: pad.axes,
          buttons: pad.buttons.map(({ value }) => value),
        },
        now,
        "gamepad",
      );
    }
    for (const name of NAMES) tell(name, now);
  };
  const timer = setInterval(poll, POLL);
  const unplugged = (): void => feed({ kind: "gamepad-gone" }, sharedNow(), "gamepad");
  const hidden = (): void => {
    if (document.hidden) lose();
  };
  addEventListener("blur", lose);
  addEventListener("gamepaddisconnected", unplugged);
  document.addEventListener("visibilitychange", hidden);

  return {
    pressed: computed(() => new Set([...down.value, ...latched.value])),
    latched,
    frame,
    speed,
    joint,
    device,
    key: (event, isDown) => {
      const { code, repeat, shiftKey, ctrlKey, altKey, metaKey } = event;
      const modified = ctrlKey || altKey || metaKey;
      if (code === "Tab") return false;
      const now = sharedTime(event.timeStamp);
      if (!repeat) {
        const held = new Set(down.value);
        if (isDown && !modified) held.add(code);
        else held.delete(code);
        down.value = code.startsWith("Meta") ? new Set() : held;
      }
      feed({ kind: "key", code, down: isDown, repeat, shift: shiftKey, modified }, now, "keyboard");
      return !modified && code !== "F5" && code !== "F11" && code !== "F12";
    },
    act: (action) => {
      // Every stop is Escape's, which ends a mode, too.
      if (action.kind === "stop") tap("Escape");
      else perform(action, sharedNow());
    },
    tap,
    grab: (handle, hand, ray) => {
      const now = sharedNow();
      feed({ kind: "hand", hand }, now, "gizmo");
      feed({ kind: "grab", handle, ray }, now, "gizmo");
    },
    drag: (hand, ray, fine) => {
      const now = sharedNow();
      feed({ kind: "hand", hand }, now, "gizmo");
      feed({ kind: "drag", ray, fine }, now, "gizmo");
    },
    drop: () => feed({ kind: "drop" }, sharedNow(), "gizmo"),
    pad: (pad, phase, finger, x, y) => feed({ kind: "pad", pad, phase, finger, x, y }, sharedNow(), "touch"),
    view: (azimuth) => feed({ kind: "view", azimuth }, sharedNow()),
    lose,
    dispose: () => {
      lose();
      moved();
      heeded();
      turned();
      clearInterval(timer);
      removeEventListener("blur", lose);
      removeEventListener("gamepaddisconnected", unplugged);
      document.removeEventListener("visibilitychange", hidden);
    },
  };
}
