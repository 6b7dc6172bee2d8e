/**
 * The mouse on a gizmo at the commanded pose. A drag says where the tool is to be; what comes out is the velocity
 * that brings the command there, so that a gizmo drives like any device and cannot jump. Shift drags a quarter as
 * far. A base is dragged to a place on the floor and drives towards it, nose first.
 */
import { add, norm, scale, subtract, type Vec3, wrapAngle } from "../../core/index.js";
import type { Hand } from "../studio/hand.js";
import { type DeviceInput, type DeviceModule, holding, type Reaction } from "./device.js";
import { dragTo, type Grab, grab } from "./gizmo-drag.js";
import { type Body, type Intent, STILL } from "./intent.js";
import { FINE, speedOf } from "./speeds.js";

/** Seconds in which the command comes to where it is dragged, when that is near. */
const CLOSING = 0.08;
/** Metres and radians that are not worth a motion. */
const THERE = { distance: 2e-4, angle: 2e-3 } as const;
/** m from a base within which it does not turn towards the place */
const NEAR = 0.15;

interface Wanted {
  readonly position: Vec3;
  readonly yaw: number;
}

interface Drag {
  readonly grab: Grab;
  /** of the hand when it was grabbed */
  readonly yaw: number;
  /** where the pointer was, and what was wanted then, when it last changed between coarse and fine */
  readonly raw: Wanted;
  readonly from: Wanted;
  readonly fine: boolean;
  readonly wanted: Wanted;
}

interface Gizmo {
  readonly body: Body;
  readonly hand: Hand | null;
  readonly held: Drag | null;
}

function react(gizmo: Gizmo, input: DeviceInput): Reaction<Gizmo> {
  const to = (state: Gizmo): Reaction<Gizmo> => ({ state, actions: [] });
  switch (input.kind) {
    case "lost":
    case "habits":
    case "drop":
      return to({ ...gizmo, held: null });
    case "hand":
      return to({ ...gizmo, hand: input.hand });
    case "grab": {
      const { hand } = gizmo;
      const taken = hand === null ? null : grab(input.handle, hand.position, input.ray);
      if (taken === null || hand === null) return to(gizmo);
      const at: Wanted = { position: hand.position, yaw: hand.yaw };
      return to({
        ...gizmo,
        held: { grab: taken, yaw: hand.yaw, raw: at, from: at, fine: false, wanted: at },
      });
    }
    case "drag": {
      const { held } = gizmo;
      const dragged = held === null ? null : dragTo(held.grab, input.ray);
      if (held === null || dragged === null) return to(gizmo);
      const raw = { position: dragged.position, yaw: held.yaw + dragged.turn[2] };
      return to({ ...gizmo, held: follow(held, raw, input.fine) });
    }
    default:
      return to(gizmo);
  }
}

/** What is wanted when the pointer has come to `raw`: a part of its way since it was last coarse or fine. */
function follow(held: Drag, raw: Wanted, fine: boolean): Drag {
  const began = held.fine === fine ? held : { ...held, from: held.wanted, raw, fine };
  const share = fine ? FINE : 1;
  const wanted: Wanted = {
    position: add(began.from.position, scale(subtract(raw.position, began.raw.position), share)),
    yaw: began.from.yaw + share * wrapAngle(raw.yaw - began.raw.yaw),
  };
  return { ...began, wanted };
}

function intent({ body, hand, held }: Gizmo): Intent {
  if (held === null || hand === null) return STILL;
  const { linear: v, angular: w } = speedOf(body, 5);
  const gap = subtract(held.wanted.position, hand.position);
  return body === "arm"
    ? {
        frame: "base",
        linear: limited(scale(gap, 1 / CLOSING), v, THERE.distance / CLOSING),
        angular: [0, 0, turnTo(wrapAngle(held.wanted.yaw - hand.yaw), w)],
        gripper: null,
      }
    : towards(gap, hand.yaw, v, w);
}

const turnTo = (angle: number, most: number): number =>
  Math.abs(angle) < THERE.angle ? 0 : Math.max(-most, Math.min(most, angle / CLOSING));

function limited(velocity: Vec3, most: number, least: number): Vec3 {
  const speed = norm(velocity);
  if (speed < least) return [0, 0, 0];
  return speed > most ? scale(velocity, most / speed) : velocity;
}

/** A base turns its nose to the place first and drives as far as it looks there. */
function towards([x, y]: Vec3, yaw: number, v: number, w: number): Intent {
  const distance = Math.hypot(x, y);
  if (distance < NEAR) return STILL;
  const bearing = wrapAngle(Math.atan2(y, x) - yaw);
  return {
    frame: "base",
    linear: [Math.min(v, distance) * Math.max(0, Math.cos(bearing)) ** 3, 0, 0],
    angular: [0, 0, Math.max(-w, Math.min(w, 2 * bearing))],
    gripper: null,
  };
}

/** Arrows, squares, rings and hub at the commanded pose, dragged with the mouse. */
export const gizmo: DeviceModule = {
  name: "gizmo",
  summary: "drag the arrows, squares, rings or hub at the commanded pose; Shift drags a quarter as far",
  bodies: ["arm", "base", "carrier"],
  begin: (body) => holding<Gizmo>({ react, intent }, { body, hand: null, held: null }),
};
