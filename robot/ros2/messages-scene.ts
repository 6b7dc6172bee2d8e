/**
 * Detected objects as typed plain data; metres, radians, quaternions x y z w, in the frame that the message names.
 * Not a scene of the house: see `drivers/detections.ts`.
 */
import type { Pose, Vec3 } from "../../core/index.js";
import type { RosMessage } from "./graph.js";
import {
  frameOf,
  headerOf,
  list,
  MOST_ITEMS,
  number,
  numbers,
  poseMessage,
  readPose,
  record,
  type Stamp,
  text,
  vector,
  vectorMessage,
} from "./message-fields.js";
import { stampOf } from "./time.js";

/** One detected object: its best hypothesis, its box and how sure its place is (standard deviations, m and rad). */
export interface DetectionData {
  readonly id: string;
  readonly classId: string;
  /** 0 to 1 */
  readonly score: number;
  /** frame of the array ← centre of the box */
  readonly pose: Pose;
  readonly size: Vec3;
  readonly uncertainty: { readonly position: number; readonly rotation: number };
}
/** What a detector saw at one time. */
export interface DetectionsData {
  readonly stamp: Stamp;
  readonly frame: string;
  readonly detections: readonly DetectionData[];
}
/** A `vision_msgs/Detection3DArray`. */
export const detectionsMessage = (data: DetectionsData): RosMessage => ({
  header: headerOf(data.stamp, data.frame),
  detections: data.detections.map(({ id, classId, score, pose, size, uncertainty }) => ({
    header: headerOf(data.stamp, data.frame),
    id,
    results: [
      {
        hypothesis: { class_id: classId, score },
        pose: { pose: poseMessage(pose), covariance: diagonal(uncertainty) },
      },
    ],
    bbox: { center: poseMessage(pose), size: vectorMessage(size) },
  })),
});
/** Sensor: an object whose box is not finite, or that nothing is said of, is left out. */
export function readDetections(message: RosMessage): DetectionsData {
  const detections: DetectionData[] = [];
  for (const item of list("detections", message, "detections", MOST_ITEMS)) {
    const detection = record("detection", item);
    const results = list("detection", detection, "results", MOST_ITEMS).map((result) =>
      record("detection", result),
    );
    const scored = results.map((result) => ({ result, ...readHypothesis(result) }));
    const best = scored.reduce<(typeof scored)[number] | null>(
      (top, one) => (top === null || one.score > top.score ? one : top),
      null,
    );
    const bbox = record("detection", detection["bbox"]);
    const pose = readPose("detection", bbox["center"]);
    const size = vector("detection", bbox["size"]);
    const sound = [...pose.position, ...pose.orientation, ...size].every(Number.isFinite);
    if (best === null || !sound) continue;
    const { classId, score } = best;
    const id = text("detection", detection, "id");
    detections.push({ id, classId, score, pose, size, uncertainty: readDeviation(best.result) });
  }
  return { stamp: stampOf(message), frame: frameOf(message), detections };
}

function readHypothesis(result: RosMessage): { readonly classId: string; readonly score: number } {
  const hypothesis = record("hypothesis", result["hypothesis"]);
  return {
    classId: text("hypothesis", hypothesis, "class_id"),
    score: number("hypothesis", hypothesis, "score"),
  };
}

/** Row-major 6 × 6 (x, y, z, then rotations about x, y, z), variances on its diagonal. */
const diagonal = ({ position, rotation }: DetectionData["uncertainty"]): number[] =>
  Array.from({ length: 36 }, (_, i) => (i % 7 !== 0 ? 0 : i < 18 ? position ** 2 : rotation ** 2));

function readDeviation(result: RosMessage): DetectionData["uncertainty"] {
  const covariance = numbers("detection", record("detection", result["pose"]), "covariance", [36]);
  const largest = (from: number) =>
    Math.sqrt(Math.max(0, ...[0, 7, 14].map((step) => covariance[from + step]!).filter(Number.isFinite)));
  return { position: largest(0), rotation: largest(21) };
}
