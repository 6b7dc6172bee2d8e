/**
 * Two pads under the thumbs. Where a finger comes down is the middle; how far it has gone from there is the speed, so
 * a pad is its own clutch: lifting the finger holds. The left pad moves in the plane; the right one up and down,
 * and turns. For a base the left pad drives and turns, the right one turns alone. CSS pixels in, m/s and rad/s out.
 */
import { type DeviceInput, type DeviceModule, holding, type Reaction } from "./device.js";
import type { Body, Intent } from "./intent.js";
import { FIRST_STEP, speedOf } from "./speeds.js";
import { snapAzimuth, steered } from "./view-frame.js";

/** px from where the finger came down to full speed, and within which nothing moves */
export const PAD = { full: 52, dead: 6 } as const;

interface Finger {
  readonly finger: number;
  /** px: where it came down, and where it is from there */
  readonly from: readonly [number, number];
  readonly gone: readonly [number, number];
}

interface Pads {
  readonly body: Body;
  readonly left: Finger | null;
  readonly right: Finger | null;
  readonly azimuth: number;
  readonly followed: number;
}

function react(pads: Pads, input: DeviceInput): Reaction<Pads> {
  const free = pads.left === null && pads.right === null;
  switch (input.kind) {
    case "lost":
    case "habits":
      return { state: { ...pads, left: null, right: null }, actions: [] };
    case "view": {
      const followed = free ? snapAzimuth(input.azimuth) : pads.followed;
      return { state: { ...pads, azimuth: input.azimuth, followed }, actions: [] };
    }
    case "pad": {
      const { pad, phase, finger, x, y } = input;
      const held = pads[pad];
      if (phase === "down") {
        if (held !== null) return { state: pads, actions: [] };
        const followed = free ? snapAzimuth(pads.azimuth) : pads.followed;
        return { state: { ...pads, followed, [pad]: { finger, from: [x, y], gone: [0, 0] } }, actions: [] };
      }
      if (held?.finger !== finger) return { state: pads, actions: [] };
      const moved = phase === "up" ? null : { ...held, gone: [x - held.from[0], y - held.from[1]] };
      return { state: { ...pads, [pad]: moved }, actions: [] };
    }
    default:
      return { state: pads, actions: [] };
  }
}

/** Share of full speed for a way in px: nothing within the dead zone, then quadratic. */
function share(px: number): number {
  const beyond = (Math.abs(px) - PAD.dead) / (PAD.full - PAD.dead);
  return beyond <= 0 ? 0 : Math.sign(px) * Math.min(1, beyond) ** 2;
}

function intent({ body, left, right, followed }: Pads): Intent {
  const { linear: v, angular: w } = speedOf(body, FIRST_STEP[body]);
  const [lx, ly] = left?.gone ?? [0, 0];
  const [rx, ry] = right?.gone ?? [0, 0];
  const turn = -w * share(rx) + 0;
  if (body !== "arm")
    return {
      frame: "base",
      linear: [-v * share(ly) + 0, 0, body === "carrier" ? -v * share(ry) + 0 : 0],
      angular: [0, 0, Math.max(-w, Math.min(w, turn - w * share(lx)))],
      gripper: null,
    };
  return {
    ...steered("view", followed, -v * share(ly) + 0, -v * share(lx) + 0, -v * share(ry) + 0),
    angular: [0, 0, turn],
    gripper: null,
  };
}

/** Pads drawn on a touch screen. */
export const touch: DeviceModule = {
  name: "touch",
  summary:
    "two pads: the left one moves in the plane, the right one up, down and turns; lifting a finger holds",
  bodies: ["arm", "base", "carrier"],
  begin: (body) =>
    holding<Pads>({ react, intent }, { body, left: null, right: null, azimuth: 0, followed: 0 }),
};
