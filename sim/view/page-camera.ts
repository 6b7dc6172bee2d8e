/**
 * The page's camera over a world: turns preset, orbit, pan and zoom into a library camera whose subject stands in
 * the middle of the free part of the canvas. CSS pixels, metres, rad.
 */
import { PerspectiveCamera, Vector3 } from "three";
import { add, type Pose, scale, transformPoint, type Vec3, yawOf } from "../../core/index.js";
import { cameraMounts } from "./cameras.js";
import { reachOf } from "./figure.js";
import {
  canvasView,
  eyeOf,
  type Follows,
  glide,
  limited,
  type Orbit,
  presetNames,
  presetOf,
} from "./orbit.js";
import { matrixOf } from "./shapes.js";
import type { Area, Projection, ViewCamera } from "./types.js";
import { LAYER, type World } from "./world.js";

/** The camera of a page's picture. */
export interface PageCamera {
  readonly lens: PerspectiveCamera;
  readonly controls: ViewCamera;
  resize(width: number, height: number, free: Area): void;
  /** Moves on by so many seconds and aims the lens; whether it is still on its way. */
  advance(seconds: number): boolean;
  project(point: Vec3): Projection;
  ray(x: number, y: number): { readonly origin: Vec3; readonly direction: Vec3 };
  /** m in the world that a CSS pixel is at this point */
  unitAt(point: Vec3): number;
}

/** A camera at the first preset. @param changed is called when the picture has to be drawn again */
export function createPageCamera(
  world: World,
  { still, changed }: { readonly still: boolean; readonly changed: () => void },
): PageCamera {
  const { kind } = world;
  const lens = new PerspectiveCamera();
  lens.up.set(0, 0, 1);
  lens.layers.set(LAYER.page);
  const reach = kind === "tabletop" ? reachOf(world.arm) : 1;
  const wrist = cameraMounts(kind, world.arm).find((mount) => mount.on === "tool");
  let size = { width: 1, height: 1 };
  let free: Area = { x: 0, y: 0, width: 1, height: 1 };
  const first = presetOf(kind, presetNames(kind)[0]!, reach);
  let goal: Orbit = first.orbit;
  let now: Orbit = goal;
  let follows: Follows = first.follows;

  /** The orbit in the world: one that follows a base turns with it. */
  const inWorld = (orbit: Orbit): Orbit => {
    if (follows !== "base") return orbit;
    const base = world.robotPose();
    return {
      ...orbit,
      target: transformPoint(base, orbit.target),
      azimuth: orbit.azimuth + yawOf(base.orientation),
    };
  };

  const aim = () => {
    let view = now.view;
    if (follows === "wrist" && wrist !== undefined) {
      lens.matrixAutoUpdate = false;
      lens.matrix.copy(matrixOf(world.cameraPose(wrist))).scale(new Vector3(1, -1, -1));
      lens.matrix.decompose(lens.position, lens.quaternion, lens.scale);
      lens.near = 0.01;
    } else {
      const orbit = inWorld(now);
      lens.position.set(...(eyeOf(orbit) as [number, number, number]));
      lens.lookAt(...(orbit.target as [number, number, number]));
      lens.near = 0.05;
      lens.updateMatrix();
      view = orbit.view;
    }
    lens.matrixWorldNeedsUpdate = true;
    lens.far = 30;
    lens.fov = (canvasView(view, size, free) * 180) / Math.PI;
    lens.aspect = size.width / size.height;
    const { width, height } = size;
    lens.setViewOffset(
      width,
      height,
      width / 2 - (free.x + free.width / 2),
      height / 2 - (free.y + free.height / 2),
      width,
      height,
    );
    lens.updateProjectionMatrix();
    lens.updateMatrixWorld(true);
  };

  const to = (next: Orbit) => {
    goal = limited(kind, next);
    if (still) now = goal;
    changed();
  };
  /** m that a CSS pixel is at the target */
  const unit = (): number =>
    (2 * now.distance * Math.tan(canvasView(now.view, size, free) / 2)) / size.height;
  const rightAndUp = (): readonly [Vec3, Vec3] => {
    const column = (k: 0 | 1): Vec3 => {
      const v = new Vector3().setFromMatrixColumn(lens.matrixWorld, k);
      return [v.x, v.y, v.z];
    };
    return [column(0), column(1)];
  };
  /** Moves the target over the screen; in the frame that it is kept in. */
  const shifted = (orbit: Orbit, dx: number, dy: number): Orbit => {
    const [right, up] = rightAndUp();
    const move = add(scale(right, dx), scale(up, dy));
    const turn = follows === "base" ? -yawOf(world.robotPose().orientation) : 0;
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    return {
      ...orbit,
      target: add(orbit.target, [c * move[0] - s * move[1], s * move[0] + c * move[1], move[2]]),
    };
  };

  const controls: ViewCamera = {
    presets: presetNames(kind),
    preset: (name) => {
      const next = presetOf(kind, name, reach);
      if (next.follows !== follows) now = next.orbit;
      follows = next.follows;
      to(next.orbit);
    },
    orbit: (around, up) => {
      if (follows !== "wrist")
        to({ ...goal, azimuth: goal.azimuth + around, elevation: goal.elevation + up });
    },
    pan: (dx, dy) => {
      if (follows !== "wrist") to(shifted(goal, -dx * unit(), dy * unit()));
    },
    zoom: (factor, at) => {
      if (follows === "wrist") return;
      const next = limited(kind, { ...goal, distance: goal.distance / factor });
      const share = 1 - next.distance / goal.distance;
      const centre = { x: free.x + free.width / 2, y: free.y + free.height / 2 };
      const [dx, dy] = at === undefined ? [0, 0] : [at.x - centre.x, at.y - centre.y];
      to(shifted(next, dx * unit() * share, -dy * unit() * share));
    },
    pose: (): Pose => {
      const { x, y, z, w } = lens.quaternion;
      return { position: [lens.position.x, lens.position.y, lens.position.z], orientation: [x, y, z, w] };
    },
  };

  aim();
  return {
    lens,
    controls,
    resize: (width, height, area) => {
      size = { width, height };
      free = area;
      aim();
    },
    advance: (seconds) => {
      const next = still ? null : glide(now, goal, seconds);
      now = next ?? goal;
      aim();
      return next !== null;
    },
    project: (point) => {
      const p = new Vector3(...point).applyMatrix4(lens.matrixWorldInverse);
      const depth = -p.z;
      p.applyMatrix4(lens.projectionMatrix);
      return { x: (p.x * 0.5 + 0.5) * size.width, y: (0.5 - p.y * 0.5) * size.height, depth };
    },
    ray: (x, y) => {
      const far = new Vector3((x / size.width) * 2 - 1, 1 - (y / size.height) * 2, 0.5).unproject(lens);
      const direction = far.sub(lens.position).normalize();
      return {
        origin: [lens.position.x, lens.position.y, lens.position.z],
        direction: [direction.x, direction.y, direction.z],
      };
    },
    unitAt: (point) => {
      const depth = Math.max(0.05, -new Vector3(...point).applyMatrix4(lens.matrixWorldInverse).z);
      return (2 * depth * Math.tan((lens.fov * Math.PI) / 360)) / size.height;
    },
  };
}
