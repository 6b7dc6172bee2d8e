/**
 * What a device is: plain input events go in, an intent comes out, and buttons become actions. States are values:
 * the same events at the same times give the same intents, so that a recorded input can be played again. Nothing
 * here listens to a page: `studio` turns its events into these.
 */
import type { Vec3 } from "../../core/index.js";
import type { Hand } from "../studio/hand.js";
import type { Action, Body, Intent } from "./intent.js";

/** A line of sight, in the frame that the robot is driven in. */
export interface Ray {
  readonly origin: Vec3;
  /** of any length */
  readonly direction: Vec3;
}

/** The parts of a gizmo: arrows and squares move, rings turn, `move-view` moves in the plane of the picture. */
export type GizmoHandle = `move-${"x" | "y" | "z" | "xy" | "yz" | "zx" | "view"}` | `turn-${"x" | "y" | "z"}`;

/** How a person holds keys. */
export interface Habits {
  /** a key that moves goes on when it comes up, until it, its opposite or a stop is pressed: for one hand */
  readonly sticky: boolean;
  /** what must be held is held this many times as long as usual */
  readonly patience: number;
}

/** Keys held down as long as usual. */
export const USUAL_HABITS: Habits = { sticky: false, patience: 1 };

/** Everything a device may hear of; each takes what is its own and ignores the rest. */
export type DeviceInput =
  /** a key by its physical place (`KeyboardEvent.code`) */
  | {
      readonly kind: "key";
      readonly code: string;
      readonly down: boolean;
      /** sent again because it is held */
      readonly repeat: boolean;
      readonly shift: boolean;
      /** Control, Alt or Meta is held: the key belongs to the browser */
      readonly modified: boolean;
    }
  /** the window lost the keyboard, the page is hidden, a touch was taken away: nothing is held any more */
  | { readonly kind: "lost" }
  /** the take came to a stand or changed hands: what goes on without being held ends */
  | { readonly kind: "unlatch" }
  /** how this person holds keys, from now on; what was held is let go */
  | { readonly kind: "habits"; readonly habits: Habits }
  /** the direction into the picture, rad about z from the robot's x: what `view` means */
  | { readonly kind: "view"; readonly azimuth: number }
  /** where the commanded tool is (of a base: where it stands), for devices that point at a place */
  | { readonly kind: "hand"; readonly hand: Hand }
  | { readonly kind: "grab"; readonly handle: GizmoHandle; readonly ray: Ray }
  | { readonly kind: "drag"; readonly ray: Ray; readonly fine: boolean }
  | { readonly kind: "drop" }
  /** a finger on a pad, CSS pixels from the pad's centre, x right, y down */
  | {
      readonly kind: "pad";
      readonly pad: "left" | "right";
      readonly phase: "down" | "move" | "up";
      readonly finger: number;
      readonly x: number;
      readonly y: number;
    }
  /** a gamepad as polled: axes in [-1, 1], buttons in [0, 1], and `Gamepad.mapping` */
  | {
      readonly kind: "gamepad";
      readonly mapping: string;
      readonly axes: readonly number[];
      readonly buttons: readonly number[];
    }
  | { readonly kind: "gamepad-gone" };

/** A device at a moment. */
export interface Held {
  /** The device after an input at `now` (s), and what its buttons asked for by it. */
  take(input: DeviceInput, now: number): Taken;
  /** What it asks for at `now`. */
  intent(now: number): Intent;
  /** speed step from 1 to 5, where the device has steps */
  readonly speed: number | null;
  /** codes of keys that go on though nothing holds them */
  readonly latched: readonly string[];
}

/** A device after an input. */
export interface Taken {
  readonly device: Held;
  readonly actions: readonly Action[];
}

/** A kind of device: an entry of `DEVICES`. */
export interface DeviceModule {
  readonly name: string;
  /** one sentence */
  readonly summary: string;
  readonly bodies: readonly Body[];
  /** Nothing is held yet. @param joints that an arm may be led by, for devices that do; default 0: there is no joint mode */
  begin(body: Body, joints?: number): Held;
}

/** A device as functions over a state of its own; `S` is plain data and never changed in place. */
export interface DeviceRules<S> {
  react(state: S, input: DeviceInput, now: number): Reaction<S>;
  intent(state: S, now: number): Intent;
  speed?(state: S): number;
  latched?(state: S): readonly string[];
}

/** The state after an input, and what was asked for. */
export interface Reaction<S> {
  readonly state: S;
  readonly actions: readonly Action[];
}

/** Wraps rules and a state, so that devices with different states stand in one list. */
export const holding = <S>(rules: DeviceRules<S>, state: S): Held => ({
  take: (input, now) => {
    const { state: next, actions } = rules.react(state, input, now);
    return { device: holding(rules, next), actions };
  },
  intent: (now) => rules.intent(state, now),
  speed: rules.speed?.(state) ?? null,
  latched: rules.latched?.(state) ?? [],
});
