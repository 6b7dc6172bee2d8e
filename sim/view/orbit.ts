/**
 * The page's camera as it turns around a target: presets, glide, the frame in which a subject fits the free part
 * of a canvas. Pure: angles in rad (azimuth of the camera about z from +x, elevation above the floor), metres.
 */
import { add, refuse, scale, type Vec3 } from "../../core/index.js";
import { atBench } from "./kinds.js";
import type { WorldKind } from "./types.js";

/** Where the camera is, as it turns around a target. */
export interface Orbit {
  readonly target: Vec3;
  readonly azimuth: number;
  readonly elevation: number;
  /** m from the target */
  readonly distance: number;
  /** vertical field of view of the free area, rad */
  readonly view: number;
}

/** What the target is fixed to: the world, the base it chases, or the wrist camera itself. */
export type Follows = "world" | "base" | "wrist";

/** A preset. */
export interface Preset {
  readonly orbit: Orbit;
  readonly follows: Follows;
}

const degrees = (value: number): number => (value * Math.PI) / 180;
const preset = (
  target: Vec3,
  azimuth: number,
  elevation: number,
  distance: number,
  view: number,
  follows: Follows = "world",
): Preset => ({
  orbit: { target, azimuth: degrees(azimuth), elevation: degrees(elevation), distance, view: degrees(view) },
  follows,
});

const PRESETS: Readonly<Record<WorldKind, Readonly<Record<string, Preset>>>> = {
  tabletop: {
    Desk: preset([0.37, 0.02, 0.24], -50.5, 25, 2.9, 20.6),
    Behind: preset([0.44, 0, 0.16], 157, 42, 2.5, 22),
    Top: preset([0.47, 0, 0], -90, 89.5, 4.4, 13),
    Side: preset([0.36, 0, 0.3], -90, 7, 3.2, 20),
    Wrist: preset([0.5, 0, 0], 0, 45, 1, 70, "wrist"),
  },
  "two-arm": {
    Front: preset([0.46, 0, 0.22], -32, 24, 3.6, 22),
    Side: preset([0.5, 0, 0.24], 0, 12, 3.6, 22),
    Top: preset([0.5, 0, 0], 0, 89.5, 5, 17),
    Wrist: preset([0.5, 0, 0], 0, 45, 1, 70, "wrist"),
  },
  room: {
    Chase: preset([0.45, 0, 0.15], 180, 36, 2.7, 38, "base"),
    Map: preset([0, 0, 0], -90, 89.5, 12, 30),
    Corner: preset([0, 0, 0], -52, 40, 9.2, 34),
  },
  course: {
    Chase: preset([0.5, 0, 0.25], 158, 26, 3.9, 38, "base"),
    Map: preset([0, 0, 0], -90, 89.5, 12, 30),
    Corner: preset([0, 0, 0.1], -56, 30, 9.2, 34),
  },
  mobile: {
    Chase: preset([0.4, 0, 0.65], 150, 28, 3.6, 34, "base"),
    Corner: preset([0, 0, 0.3], -52, 34, 8.2, 30),
    Map: preset([0, 0, 0], -90, 89.5, 12, 30),
    Wrist: preset([0.5, 0, 0], 0, 45, 1, 70, "wrist"),
  },
};

/** Names of the presets of a kind of world. */
export const presetNames = (kind: WorldKind): readonly string[] => Object.keys(PRESETS[kind]);

/** The preset of that name. @param reach of an arm at a table beside the Panda's: the camera is as near */
export function presetOf(kind: WorldKind, name: string, reach = 1): Preset {
  const found =
    PRESETS[kind][name] ?? refuse("camera preset", `must be one of ${presetNames(kind).join(", ")}`, name);
  const { orbit } = found;
  // What an arm is beside its reach differs less than its reach does.
  const near = reach + 0.12 * (1 - reach);
  return {
    ...found,
    orbit: { ...orbit, target: scale(orbit.target, near), distance: orbit.distance * near },
  };
}

const DISTANCE: Readonly<Record<WorldKind, readonly [number, number]>> = {
  tabletop: [0.25, 6],
  "two-arm": [0.6, 6],
  room: [0.8, 16],
  course: [0.8, 16],
  mobile: [0.8, 16],
};

/** The orbit within its limits: never below the floor, never over the top. */
export function limited(kind: WorldKind, orbit: Orbit): Orbit {
  const [near, far] = DISTANCE[kind];
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const [x, y, z] = orbit.target;
  return {
    ...orbit,
    target: [clamp(x, -4, 4), clamp(y, -4, 4), clamp(z, atBench(kind) ? -0.4 : 0, 1.5)],
    elevation: clamp(orbit.elevation, degrees(atBench(kind) ? -6 : 3), degrees(89.5)),
    distance: clamp(orbit.distance, near, far),
  };
}

/** Where the camera's eye is. */
export function eyeOf({ target, azimuth, elevation, distance }: Orbit): Vec3 {
  const flat = Math.cos(elevation);
  return add(
    target,
    scale([flat * Math.cos(azimuth), flat * Math.sin(azimuth), Math.sin(elevation)], distance),
  );
}

/** One step of a glide: after 350 ms all but a hundredth of the way is made. Null when it has arrived. */
export function glide(now: Orbit, goal: Orbit, seconds: number): Orbit | null {
  const turn = goal.azimuth - now.azimuth;
  const short = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  const share = 1 - Math.exp(-13 * seconds);
  const mix = (a: number, b: number): number => a + share * (b - a);
  const gap =
    Math.abs(short) +
    Math.abs(goal.elevation - now.elevation) +
    Math.abs(goal.distance - now.distance) / now.distance +
    Math.abs(goal.view - now.view) +
    Math.hypot(...goal.target.map((value, k) => value - now.target[k]!)) / now.distance;
  if (gap < 2e-4) return null;
  return {
    target: [0, 1, 2].map((k) => mix(now.target[k]!, goal.target[k]!)) as unknown as Vec3,
    azimuth: now.azimuth + share * short,
    elevation: mix(now.elevation, goal.elevation),
    distance: mix(now.distance, goal.distance),
    view: mix(now.view, goal.view),
  };
}

/**
 * The vertical field of view of a whole canvas, rad, when `view` is that of its free part; a subject a fifth wider
 * than high fits too.
 */
export function canvasView(
  view: number,
  canvas: { readonly height: number },
  free: { readonly width: number; readonly height: number },
): number {
  const height = Math.max(1, Math.min(free.height, free.width / 1.2));
  return 2 * Math.atan((Math.tan(view / 2) * canvas.height) / height);
}
