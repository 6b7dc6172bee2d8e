/**
 * What a picture of a world is drawn from: a robot's joints, a gripper's width, where things are. Plain data that
 * can be recorded, sent between threads and drawn again later. The frame is that of the world's scene (the arm's
 * base, or the map); metres, radians, seconds. Not here: shapes, which come with the view's objects.
 */
import { lerp, normalize, type Pose, type Quat, type Scene } from "../../core/index.js";

/** One moment of a world. */
export interface ViewState {
  /** seconds on the world's clock */
  readonly time: number;
  /**
   * of the arm in the order of its chain, rad, after the height of the lift that carries it, m; of several arms one after
   * the other; empty without an arm
   */
  readonly joints: ArrayLike<number>;
  /** m between the pads; 0 for a world without a gripper; of several arms the first's */
  readonly gripperWidth: number;
  /** of the other arms, in order; absent where there is one */
  readonly otherGrippers?: readonly number[];
  /** by id; an object that is not named keeps the pose it has */
  readonly objects: Readonly<Record<string, Pose>>;
  /** map ← `base_link`, for a mobile base */
  readonly base?: Pose;
}

/** The state of a scene and of the robot in it. */
export function viewStateOf(
  scene: Scene,
  robot: {
    readonly joints?: ArrayLike<number>;
    readonly gripperWidth?: number;
    readonly hands?: readonly { readonly gripperWidth: number }[];
    readonly base?: Pose;
  },
): ViewState {
  const others = robot.hands?.slice(1).map(({ gripperWidth }) => gripperWidth);
  const state = {
    time: scene.time,
    joints: Float64Array.from(robot.joints ?? []),
    gripperWidth: robot.gripperWidth ?? 0,
    objects: Object.fromEntries(scene.objects.map(({ id, pose }) => [id, pose])),
    ...(others === undefined ? {} : { otherGrippers: others }),
  };
  return robot.base === undefined ? state : { ...state, base: robot.base };
}

/** The state at share `u` of the way from `a` to `b`, for neighbouring states: joints and poses go straight. */
export function blendStates(a: ViewState, b: ViewState, u: number): ViewState {
  if (u <= 0) return a;
  if (u >= 1) return b;
  const mix = (from: number, to: number): number => from + u * (to - from);
  const objects: Record<string, Pose> = {};
  for (const [id, pose] of Object.entries(b.objects)) {
    const from = a.objects[id];
    objects[id] = from === undefined ? pose : blendPoses(from, pose, u);
  }
  const state = {
    time: mix(a.time, b.time),
    joints: Float64Array.from(b.joints, (value, i) => mix(a.joints[i] ?? value, value)),
    gripperWidth: mix(a.gripperWidth, b.gripperWidth),
    objects,
    ...(b.otherGrippers === undefined
      ? {}
      : { otherGrippers: b.otherGrippers.map((width, i) => mix(a.otherGrippers?.[i] ?? width, width)) }),
  };
  if (b.base === undefined) return state;
  return { ...state, base: a.base === undefined ? b.base : blendPoses(a.base, b.base, u) };
}

/** Normalised linear interpolation, the shorter way round. */
function blendPoses(a: Pose, b: Pose, u: number): Pose {
  const [ax, ay, az, aw] = a.orientation;
  const [bx, by, bz, bw] = b.orientation;
  const v = ax * bx + ay * by + az * bz + aw * bw < 0 ? -u : u;
  const k = 1 - u;
  const orientation: Quat = [k * ax + v * bx, k * ay + v * by, k * az + v * bz, k * aw + v * bw];
  return { position: lerp(a.position, b.position, u), orientation: normalize(orientation) };
}
