/**
 * The looks of a serial arm from its kinematic chain alone: a drum where a joint bends the arm, a groove with a
 * ring of light where it turns about itself, shells between them that follow the chain's offsets. Each solid
 * stands in the frame of the joint that carries it. Metres. Revolute joints only; the hand is `hand-parts.ts`.
 */
import { type BufferGeometry, CylinderGeometry, Matrix4 } from "three";
import { mergeVertices } from "three/addons/utils/BufferGeometryUtils.js";
import {
  add,
  type Chain,
  compose,
  cross,
  dot,
  IDENTITY_POSE,
  norm,
  type Pose,
  refuse,
  rotate,
  scale,
  subtract,
  type Vec3,
} from "../../core/index.js";
import { GRAPHITE, lamp, paintVertices, SEAM, SHELL, STEEL } from "./finish.js";
import {
  type Axis,
  bent,
  type Corner,
  type Detail,
  merged,
  moved,
  revolve,
  roundedBox,
  straight,
} from "./shapes.js";

/** Solids of an arm: what stands, and what each joint carries. */
export interface ArmParts {
  readonly base: BufferGeometry;
  /** [n], in joint frames; the drum of a bending joint is with the joint */
  readonly links: readonly BufferGeometry[];
}

/** Where an arm ends, and how thick it is. */
export interface ArmEnd {
  /** frame of the last joint ← flange: where the hand begins */
  readonly lastFromFlange: Pose;
  /** of drums and shells beside the Panda's */
  readonly girth: number;
}

/** Drawn as thick as the Panda, then as large as it is: every trim keeps its share of the whole. */
export function armParts(detail: Detail, chain: Chain, { lastFromFlange, girth }: ArmEnd): ArmParts {
  const slim = (pose: Pose): Pose => ({ ...pose, position: scale(pose.position, 1 / girth) });
  const joints = chain.joints.map((joint) => ({
    ...joint,
    previousFromJoint: slim(joint.previousFromJoint),
  }));
  const { base, links } = pandaSized(detail, { ...chain, joints }, slim(lastFromFlange));
  if (girth !== 1) for (const part of [base, ...links]) part.scale(girth, girth, girth);
  return { base, links };
}

const GROOVE = 0.012;
/** m: what is shorter has no shell */
const SHORT = 0.004;

/** How a joint moves what it carries: it turns the arm about its own axis, or bends it. */
type JointKind = "roll" | "bend";

function pandaSized(detail: Detail, chain: Chain, lastFromFlange: Pose): ArmParts {
  if (chain.joints.some(({ joint }) => joint.type !== "revolute"))
    refuse("picture of an arm", "joints must be revolute", chain.names);
  const kinds = jointKinds(chain, lastFromFlange);
  const bends = kinds.flatMap((kind, i) => (kind === "bend" ? [i] : []));
  const radiusOf = (joint: number): number => {
    const rank = bends.indexOf(joint);
    return 0.066 - 0.015 * (bends.length > 1 ? rank / (bends.length - 1) : 0);
  };
  const links: BufferGeometry[][] = chain.joints.map(() => []);
  const base: BufferGeometry[] = [];
  const into = (joint: number): BufferGeometry[] => (joint < 0 ? base : links[joint]!);

  // Stations along the arm: its foot, bending joints, its end. Between two of them, at most one joint that turns.
  const stations = [-1, ...bends, chain.n];
  stations.slice(1).forEach((next, s) => {
    const from = stations[s]!;
    const rolls = kinds.flatMap((kind, i) => (kind === "roll" && i > from && i < next ? [i] : []));
    const radius = { from: from < 0 ? 0.074 : radiusOf(from), to: next < chain.n ? radiusOf(next) : 0.04 };
    const roll = rolls[0];
    const end = next < chain.n ? next : null;
    if (from < 0) base.push(...foot(detail, roll === undefined ? [0, 0, 0] : footOf(chain, roll)));
    if (roll === undefined) {
      const goal = pointIn(chain, from, end, lastFromFlange);
      if (norm(goal) > SHORT)
        into(from).push(...shell(detail, bentTo([0, 0, 0], null, goal), radius.from, radius.to, "both"));
    } else {
      const axis = chain.joints[roll]!.joint.axis;
      const goal = pointIn(chain, roll, end, lastFromFlange);
      const start = startIn(chain, from, roll);
      const [low, high] = [dot(start, axis), dot(goal, axis)];
      const way = high >= low ? 1 : -1;
      const share = from < 0 ? 0.138 / Math.max(0.2, Math.abs(high - low)) : 0.5;
      const at = end === null ? high - way * 0.018 : low + share * (high - low);
      const neck = end === null ? 0.041 : 0.8 * Math.min(radius.from, radius.to) + 0.001;
      const rollRadius = from < 0 ? 0.068 : neck;
      const groove = scale(axis, at);
      const direction = scale(axis, way);
      if (from >= 0) {
        // In the frame of the joint before: turning about the axis does not move points on it.
        const back = chain.joints
          .slice(from + 1, roll + 1)
          .reduce<Pose>((pose, { previousFromJoint }) => compose(pose, previousFromJoint), IDENTITY_POSE);
        const put = (point: Vec3): Vec3 => add(back.position, rotate(back.orientation, point));
        const along = rotate(back.orientation, direction);
        const stop = add(put(groove), scale(along, -GROOVE / 2));
        if (norm(stop) > SHORT)
          into(from).push(...shell(detail, bentTo([0, 0, 0], along, stop), radius.from, rollRadius, "start"));
      }
      into(roll).push(...ring(detail, straight(groove, direction), rollRadius, roll + 1));
      const begin = add(groove, scale(direction, GROOVE / 2 + 0.0045));
      if (end === null) into(roll).push(...collar(detail, straight(groove, direction), rollRadius));
      else if (norm(subtract(goal, begin)) > SHORT)
        into(roll).push(...shell(detail, bentFrom(begin, direction, goal), rollRadius, radius.to, "end"));
    }
    if (end !== null) into(end).push(...drum(detail, radiusOf(end), chain.joints[end]!.joint.axis, end + 1));
  });
  // What turns without a shell of its own is a small ball.
  for (const parts of links) if (parts.length === 0) parts.push(ball(detail));
  return { base: merged(base), links: links.map(merged) };
}

/**
 * Which joints turn and which bend, seen along the straight arm of zero angles. Between two that bend at most one
 * turns: the next looks as if it bent.
 */
function jointKinds(chain: Chain, lastFromFlange: Pose): JointKind[] {
  const seen = chain.joints.map<JointKind>(({ joint, previousFromJoint }, i) => {
    const next = chain.joints[i + 1]?.previousFromJoint.position ?? lastFromFlange.position;
    const axisBefore = rotate(previousFromJoint.orientation, joint.axis);
    const along = (way: Vec3, axis: Vec3): boolean =>
      norm(way) > 1e-6 && Math.abs(dot(way, axis)) > 0.9 * norm(way);
    return along(previousFromJoint.position, axisBefore) || along(next, joint.axis) ? "roll" : "bend";
  });
  seen.forEach((_, i) => {
    if (i > 0 && seen[i - 1] === "roll") seen[i] = "bend";
  });
  return seen;
}

/** Where the axis of the first joint that turns meets the floor of the root's frame. */
function footOf(chain: Chain, roll: number): Vec3 {
  let pose: Pose = IDENTITY_POSE;
  for (let i = 0; i <= roll; i++) pose = compose(pose, chain.joints[i]!.previousFromJoint);
  return [pose.position[0], pose.position[1], 0];
}

/** The next station's point in a joint's frame, with all joints between them at zero. */
function pointIn(chain: Chain, joint: number, end: number | null, lastFromFlange: Pose): Vec3 {
  const last = end ?? chain.n - 1;
  let pose: Pose = IDENTITY_POSE;
  for (let i = joint + 1; i <= last; i++) pose = compose(pose, chain.joints[i]!.previousFromJoint);
  return end === null ? compose(pose, lastFromFlange).position : pose.position;
}

/** The origin of an earlier station's frame, in the frame of a joint after it. */
function startIn(chain: Chain, from: number, joint: number): Vec3 {
  let pose: Pose = IDENTITY_POSE;
  for (let i = from + 1; i <= joint; i++) pose = compose(pose, chain.joints[i]!.previousFromJoint);
  const back: Vec3 = scale(pose.position, -1);
  const [x, y, z, w] = pose.orientation;
  return rotate([-x, -y, -z, w], back);
}

type Path = Axis & { readonly length: number };

/** From a bending joint to a groove: arrives along the groove's axis. */
const bentTo = (start: Vec3, direction: Vec3 | null, end: Vec3): Path =>
  direction === null
    ? bent(start, scale(add(start, end), 0.5), end)
    : bent(
        start,
        subtract(end, scale(direction, 0.55 * Math.abs(dot(subtract(end, start), direction)))),
        end,
      );

/** From a groove to a bending joint: leaves along the groove's axis. */
const bentFrom = (start: Vec3, direction: Vec3, end: Vec3): Path =>
  bent(start, add(start, scale(direction, 0.55 * Math.abs(dot(subtract(end, start), direction)))), end);

/** A shell that eases between two radii; `drum` says at which end it disappears in a drum. */
function shell(
  detail: Detail,
  path: Path,
  from: number,
  to: number,
  drum: "start" | "end" | "both",
): BufferGeometry[] {
  const { length } = path;
  const [startRadius, endRadius] = [drum === "end" ? from : 0.95 * from, drum === "start" ? to : 0.95 * to];
  const profile: Corner[] = [];
  const steps = detail.along;
  if (drum === "end") profile.push([startRadius - 0.006, 0]);
  for (let i = 0; i <= steps; i++) {
    const u = i / steps;
    const ease = u * u * (3 - 2 * u);
    const sharp = (i === 0 && drum === "end") || (i === steps && drum === "start");
    profile.push([startRadius + (endRadius - startRadius) * ease, u * length, sharp ? 0.002 : 1e-4]);
  }
  if (drum === "start") profile.push([endRadius - 0.006, length]);
  const parts = [revolve(detail, profile, SHELL, { axis: path, segments: 44 })];
  if (!detail.trifles) return parts;
  // A panel line where the shell leaves its drum.
  const line = (at: number, r: number) =>
    revolve(
      detail,
      [
        [r - 0.004, at - 0.0035],
        [r + 0.0012, at - 0.0035, 0.001],
        [r + 0.0012, at + 0.0035, 0.001],
        [r - 0.004, at + 0.0035],
      ],
      GRAPHITE,
      { axis: path, segments: 44 },
    );
  if (drum !== "end" && from + 0.01 < length) parts.push(line(from + 0.006, radiusAt(profile, from + 0.006)));
  if (drum !== "start" && to + 0.01 < length)
    parts.push(line(length - to - 0.006, radiusAt(profile, length - to - 0.006)));
  return parts;
}

function radiusAt(profile: readonly Corner[], along: number): number {
  const i = Math.max(
    1,
    profile.findIndex((corner) => corner[1] >= along),
  );
  const [a, b] = [profile[i - 1]!, profile[i]!];
  const u = b[1] === a[1] ? 0 : (along - a[1]) / (b[1] - a[1]);
  return a[0] + u * (b[0] - a[0]);
}

/** The groove of a joint that turns, and its ring of light. */
function ring(detail: Detail, axis: Axis, radius: number, index: number): BufferGeometry[] {
  const half = GROOVE / 2;
  return [
    revolve(
      detail,
      [
        [radius - 0.004, -half - 0.001],
        [radius - 0.0035, half + 0.001],
      ],
      SEAM,
      { axis, segments: 44 },
    ),
    revolve(
      detail,
      [
        [radius - 0.004, half],
        [radius + 0.0008, half + 0.0004, 0.0008],
        [radius + 0.0008, half + 0.0042, 0.0008],
        [radius - 0.004, half + 0.0046],
      ],
      lamp(index),
      { axis, segments: 44 },
    ),
  ];
}

/** What the hand is screwed to. */
function collar(detail: Detail, axis: Axis, radius: number): BufferGeometry[] {
  return [
    revolve(
      detail,
      [
        [radius - 0.008, 0.0105],
        [radius - 0.001, 0.0107, 0.001],
        [radius - 0.001, 0.0175, 0.001],
        [0, 0.018],
      ],
      GRAPHITE,
      { axis, segments: 44 },
    ),
  ];
}

/** The drum of a bending joint across the arm: shell, dark caps with bolts, a ring of light on each side. */
function drum(detail: Detail, radius: number, axis: Vec3, index: number): BufferGeometry[] {
  const half = 1.17 * radius;
  const corner = 0.22 * radius;
  const across = straight([0, 0, 0], axis);
  const parts = [
    revolve(
      detail,
      [
        [0.6 * radius, -half],
        [radius, -half, corner],
        [1.012 * radius, 0, 0.03],
        [radius, half, corner],
        [0.6 * radius, half],
      ],
      SHELL,
      { axis: across, segments: 48 },
    ),
  ];
  const rim = 0.72 * radius;
  for (const side of [-1, 1]) {
    const out = straight(scale(axis, side * half), scale(axis, side));
    parts.push(
      revolve(
        detail,
        [
          [rim, -0.004],
          [rim, 0.001, 0.002],
          [rim - 0.004, 0.005, 0.002],
          [rim - 0.008, 0.0045, 0.002],
          [rim - 0.012, 0.0065, 0.002],
          [0, 0.0065],
        ],
        GRAPHITE,
        { axis: out, segments: 40 },
      ),
      revolve(
        detail,
        [
          [rim + 0.0005, 0.0002],
          [rim + 0.0042, 0.0004, 0.0012],
          [rim + 0.0036, 0.0028, 0.0012],
          [rim + 0.0005, 0.003],
        ],
        lamp(index),
        { axis: out, segments: 44 },
      ),
      ...bolts(detail, out, rim - 0.018, 0.0068, 6, 0.0026, 0.002),
    );
  }
  return parts;
}

/** Bolt heads on a circle. */
function bolts(
  detail: Detail,
  axis: Axis,
  circle: number,
  at: number,
  count: number,
  size: number,
  height: number,
) {
  const { point, direction, side } = axis.at(at);
  const other = cross(direction, side);
  return Array.from({ length: detail.trifles ? count : 0 }, (_, i) => {
    const angle = (2 * Math.PI * (i + 0.3)) / count;
    const raw = new CylinderGeometry(size, size, height, 6);
    raw.deleteAttribute("uv");
    const bolt = paintVertices(mergeVertices(raw), STEEL);
    const place = add(
      point,
      add(scale(side, circle * Math.cos(angle)), scale(other, circle * Math.sin(angle))),
    );
    // A cylinder of the library stands along y.
    return moved(bolt, basis(side, direction, cross(side, direction), place));
  });
}

const ball = (detail: Detail): BufferGeometry =>
  revolve(
    detail,
    [
      [0, -0.03],
      [0.03, -0.03, 0.03],
      [0.03, 0.03, 0.03],
      [0, 0.03],
    ],
    GRAPHITE,
  );

/** The foot of an arm: a bolted flange, a skirt, a port for cables. */
function foot(detail: Detail, [x, y]: Vec3): BufferGeometry[] {
  const port = roundedBox(detail, [0.06, 0.066, 0.05], 0.008, GRAPHITE);
  const parts = [
    revolve(
      detail,
      [
        [0.1, -0.002],
        [0.1, 0.016, 0.005],
        [0.09, 0.019, 0.004],
        [0.077, 0.03, 0.016],
        [0.0725, 0.06, 0.02],
        [0.0685, 0.13, 0.001],
        [0.06, 0.132],
      ],
      GRAPHITE,
      { segments: 56 },
    ),
    ...bolts(detail, straight([0, 0, 0], [0, 0, 1]), 0.0895, 0.0195, 8, 0.0055, 0.006),
    moved(port, new Matrix4().makeTranslation(-0.078, 0, 0.062)),
  ];
  if (x !== 0 || y !== 0) for (const part of parts) part.translate(x, y, 0);
  return parts;
}

/** A matrix of three directions and a place. */
function basis(x: Vec3, y: Vec3, z: Vec3, at: Vec3): Matrix4 {
  return new Matrix4().set(
    x[0],
    y[0],
    z[0],
    at[0],
    x[1],
    y[1],
    z[1],
    at[1],
    x[2],
    y[2],
    z[2],
    at[2],
    0,
    0,
    0,
    1,
  );
}
