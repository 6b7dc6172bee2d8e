/**
 * What a camera-based detector would say of a scene: poses with noise, at its own rate, some time after it looked, and
 * where told so with looks that miss things: the last pose of a thing that was missed stays, and says its time.
 * Seeded; its state belongs to snapshots. The scene keeps its frame and loses its privilege. Not here: occlusion (a
 * held object is still seen, a miss has no cause), false detections, colour or size errors. How far a drawer is open is
 * seen as exactly as where a thing is.
 */
import {
  createRandom,
  type DetectorDraw,
  fromAxisAngle,
  multiply,
  norm,
  normalize,
  type Pose,
  type Quat,
  type Random,
  type RandomState,
  type Scene,
  scale,
  type Vec3,
} from "../core/index.js";
import type { StateReader, StateWriter } from "./state.js";

/** How a detector sees: when, how late, how exactly. */
export interface DetectorModel {
  /** hertz of looks */
  readonly rate: number;
  /** seconds from a look to its result */
  readonly age: number;
  /** standard deviation of each coordinate, m, and of each component of the rotation vector, rad */
  readonly position: number;
  readonly rotation: number;
  /** probability that a look, but the first, does not find a thing; default 0 */
  readonly dropout?: number;
}

/** A detector that sees as was drawn for an episode. */
export const detectorAs = (model: DetectorModel, drawn: DetectorDraw | undefined): DetectorModel =>
  drawn === undefined
    ? model
    : {
        ...model,
        age: model.age + drawn.age,
        position: model.position * drawn.noise,
        rotation: model.rotation * drawn.noise,
        dropout: drawn.dropout,
      };

/** The detector that the demo assumes: 10 Hz, 50 ms, 2 mm, 1 degree. */
export const DETECTOR: DetectorModel = { rate: 10, age: 0.05, position: 0.002, rotation: Math.PI / 180 };

/** A detector of one scene; see `createDetector`. */
export interface Detector {
  /** Lets time come to `time` s; `look` gives the exact scene of that moment when one is due. */
  advance(time: number, look: () => Scene): void;
  /** The newest result. */
  scene(): Scene;
  save(out: StateWriter): void;
  load(state: StateReader): void;
}

/** One look: when, and the noisy poses in the order of the scene's objects, seven numbers each. */
interface Look {
  readonly time: number;
  readonly poses: Float64Array;
  /** how far open each thing was seen, m; 0 of what does not slide */
  readonly openings: Float64Array;
  /** when each thing was seen, one an object; `time` where the look found it, NaN where it did not */
  readonly seen: Float64Array;
}

/** A detector that has had its first look at `scene`, at the scene's time, and its result at once. */
export function createDetector(model: DetectorModel, seed: number, scene: Scene): Detector {
  const random = createRandom(seed).fork("detector");
  const { dropout = 0 } = model;
  /** of its own: a model without misses draws what it always drew */
  const misses = dropout > 0 ? createRandom(seed).fork("detector misses") : null;
  const slides = scene.objects.some(({ opening }) => opening !== undefined);
  const sliding = slides ? createRandom(seed).fork("detector openings") : null;
  const see = (exact: Scene): Look => ({
    time: exact.time,
    poses: noisyPoses(exact, model, random),
    openings: Float64Array.from(exact.objects, ({ opening }) =>
      opening === undefined ? 0 : opening + model.position * sliding!.normal(),
    ),
    seen: new Float64Array(exact.objects.length).fill(exact.time),
  });
  const period = 1 / model.rate;
  const slack = 1e-6;
  let published = see(scene);
  const found = (look: Look): Look => {
    for (let i = 0; i < look.seen.length; i++)
      if (misses !== null && misses.next() < dropout) look.seen[i] = Number.NaN;
    return look;
  };
  let pending: Look[] = [];
  // Results come at whole periods after the first.
  let next = scene.time + period - model.age;
  while (next <= scene.time) next += period; // nothing was seen before the episode

  return {
    advance: (time, look) => {
      while (next <= time + slack) {
        pending.push(found(see(look())));
        next += period;
      }
      while (pending.length > 0 && pending[0]!.time + model.age <= time + slack)
        published = withLast(pending.shift()!, published);
    },
    scene: () => ({
      frame: scene.frame,
      time: published.time,
      source: "detector",
      privileged: false,
      objects: scene.objects.map((object, index) => ({
        ...object,
        pose: poseFrom(published.poses, index),
        ...(object.opening === undefined ? {} : { opening: published.openings[index]! }),
        uncertainty: { position: model.position, rotation: model.rotation },
        time: published.seen[index]!,
      })),
    }),
    save: (out) => {
      out.putArray(random.state());
      out.put(next, pending.length);
      if (misses !== null) out.putArray(misses.state());
      if (sliding !== null) out.putArray(sliding.state());
      for (const each of [published, ...pending]) {
        out.put(each.time);
        out.putArray(each.poses);
        if (sliding !== null) out.putArray(each.openings);
        if (misses !== null) out.putArray(each.seen);
      }
    },
    load: (state) => {
      random.restore(state.getInto([0, 0, 0, 0, 0]) as unknown as RandomState);
      next = state.get();
      const count = state.get();
      misses?.restore(state.getInto([0, 0, 0, 0, 0]) as unknown as RandomState);
      sliding?.restore(state.getInto([0, 0, 0, 0, 0]) as unknown as RandomState);
      const read = (): Look => {
        const time = state.get();
        const poses = state.getInto(new Float64Array(scene.objects.length * 7));
        const openings = new Float64Array(scene.objects.length);
        if (sliding !== null) state.getInto(openings);
        const seen = new Float64Array(scene.objects.length).fill(time);
        return { time, poses, openings, seen: misses === null ? seen : state.getInto(seen) };
      };
      published = read();
      pending = Array.from({ length: count }, read);
    },
  };
}

/** Where everything seems to be. */
function noisyPoses(scene: Scene, model: DetectorModel, random: Random): Float64Array {
  const poses = new Float64Array(scene.objects.length * 7);
  const three = (deviation: number): Vec3 => [
    deviation * random.normal(),
    deviation * random.normal(),
    deviation * random.normal(),
  ];
  scene.objects.forEach(({ pose }, index) => {
    const shift = three(model.position);
    const turn = three(model.rotation);
    const angle = norm(turn);
    const tilted: Quat =
      angle > 0
        ? normalize(multiply(fromAxisAngle(scale(turn, 1 / angle), angle), pose.orientation))
        : pose.orientation;
    poses.set(
      pose.position.map((x, k) => x + shift[k]!),
      index * 7,
    );
    poses.set(tilted, index * 7 + 3);
  });
  return poses;
}

/** A look, with what was last seen of what it did not find. */
function withLast(look: Look, last: Look): Look {
  look.seen.forEach((time, i) => {
    if (!Number.isNaN(time)) return;
    look.seen[i] = last.seen[i]!;
    look.openings[i] = last.openings[i]!;
    look.poses.set(last.poses.subarray(7 * i, 7 * i + 7), 7 * i);
  });
  return look;
}

function poseFrom(poses: Float64Array, index: number): Pose {
  const [x, y, z, qx, qy, qz, qw] = poses.subarray(index * 7, index * 7 + 7) as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { position: [x, y, z], orientation: [qx, qy, qz, qw] };
}
