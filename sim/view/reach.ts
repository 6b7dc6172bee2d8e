/**
 * Where an arm or its workspace ends near the tool: dots on the surface itself, fewer to be seen the farther they are,
 * and on the table of an arm that stands at one a dashed arc. Metres in the arm's base frame.
 */
import {
  distance,
  type Pose,
  type ToolReach,
  type ToolWorkspace,
  transformPoint,
  type Vec3,
} from "../../core/index.js";
import type { Line } from "./lines.js";
import type { PageLook } from "./looks.js";
import type { ReachCue } from "./types.js";

/** m around the tool that are shown, and between dots */
const PATCH = 0.15;
const EVERY = 0.02;
/** m of a dot, px across */
const DOT = { length: 0.005, width: 4.2 } as const;
/** m above the table at which lines lie on it */
const ON_TABLE = 0.001;
/** rad of the arc on the table on each side of the tool */
const ARC = 0.6;

/** The lines of a reach, in the world. */
export function reachLines(
  { tool, yaw, arm, faces, foot }: ReachCue,
  reach: ToolReach,
  workspace: ToolWorkspace,
  look: PageLook,
): Line[] {
  const lines = [
    ...(arm ? dots(tool, armSurface(tool, yaw, reach, foot === undefined), look) : []),
    ...faces.flatMap(([axis, side]) =>
      dots(tool, faceSurface(tool, workspace, axis, side, foot === undefined), look),
    ),
  ];
  if (foot === undefined)
    return [...(arm ? tableArc(tool, yaw, reach, look) : []), ...lines, outline(workspace, look)];
  return lines.map((line) => standing(line, foot));
}

/** A line of the arm's frame as it stands in the world. */
const standing = (line: Line, worldFromArm: Pose): Line => ({
  ...line,
  points: line.points.map((point) => transformPoint(worldFromArm, point)),
});

/** A point on a surface, and the unit vector along which its dot lies. */
type Spot = readonly [at: Vec3, along: Vec3];

const steps = (): number[] => {
  const most = Math.floor(PATCH / EVERY);
  return Array.from({ length: 2 * most + 1 }, (_, i) => (i - most) * EVERY);
};

/** @param onTable nothing is below 0 */
function armSurface(tool: Vec3, yaw: number, reach: ToolReach, onTable: boolean): Spot[] {
  const [x, y, z] = tool;
  const { axis } = reach;
  const bearing = Math.atan2(y - axis[1], x - axis[0]);
  const away = Math.hypot(x - axis[0], y - axis[1]);
  return steps().flatMap((up) =>
    onTable && z + up < 0
      ? []
      : steps().flatMap((aside): Spot[] => {
          if (Math.hypot(up, aside) >= PATCH) return []; // too far to be drawn, and dear to ask for
          const angle = bearing + aside / away;
          const at = endOf(reach, angle, z + up, yaw);
          return at === null ? [] : [[at, [-Math.sin(angle), Math.cos(angle), 0]]];
        }),
  );
}

/** Where the tool comes out to on a bearing, at a height; null where it does not come at all. */
function endOf({ axis, at }: ToolReach, bearing: number, z: number, yaw: number): Vec3 | null {
  const [c, s] = [Math.cos(bearing), Math.sin(bearing)];
  const radius = at([axis[0] + c, axis[1] + s, z], yaw);
  return radius === null ? null : [axis[0] + radius * c, axis[1] + radius * s, z];
}

function faceSurface(
  tool: Vec3,
  { low, high }: ToolWorkspace,
  axis: 0 | 1 | 2,
  side: -1 | 1,
  onTable: boolean,
): Spot[] {
  const bound = (side < 0 ? low : high)[axis];
  const [across, up] = axis === 2 ? [0, 1] : [1 - axis, 2];
  const along: Vec3 = across === 0 ? [1, 0, 0] : [0, 1, 0];
  return steps().flatMap((a) =>
    steps().flatMap((b): Spot[] => {
      const at: [number, number, number] = [...tool];
      at[axis] = bound;
      at[across] = at[across]! + a;
      at[up] = at[up]! + b;
      return onTable && at[2] < 0 ? [] : [[at, along]];
    }),
  );
}

const dots = (tool: Vec3, spots: readonly Spot[], look: PageLook): Line[] =>
  spots.flatMap(([at, along]): Line[] => {
    const away = distance(at, tool);
    if (away >= PATCH) return [];
    const strength = 1 - (away / PATCH) ** 2;
    const end = (sign: number): Vec3 => [
      at[0] + (sign * DOT.length * along[0]) / 2,
      at[1] + (sign * DOT.length * along[1]) / 2,
      at[2],
    ];
    return [
      {
        points: [end(-1), end(1)],
        colour: look.warn,
        width: [DOT.width, DOT.width],
        strength: [strength, strength],
      },
    ];
  });

function tableArc([x, y]: Vec3, yaw: number, reach: ToolReach, look: PageLook): Line[] {
  const bearing = Math.atan2(y - reach.axis[1], x - reach.axis[0]);
  return ([-1, 1] as const).map((side) => ({
    points: Array.from({ length: 25 }, (_, i) => i).flatMap((i): Vec3[] => {
      const at = endOf(reach, bearing + (side * ARC * i) / 24, ON_TABLE, yaw);
      return at === null ? [] : [at];
    }),
    colour: look.reach,
    width: [2.2, 2.2],
    strength: [0.7, 0.1],
    dash: [0.01, 0.012],
  }));
}

/** Of the part of the table that the hand may be sent over. */
function outline({ low, high }: ToolWorkspace, look: PageLook): Line {
  const corner = (x: number, y: number): Vec3 => [x, y, ON_TABLE];
  return {
    points: [
      corner(low[0], low[1]),
      corner(high[0], low[1]),
      corner(high[0], high[1]),
      corner(low[0], high[1]),
      corner(low[0], low[1]),
    ],
    colour: look.reach,
    width: [2.2, 2.2],
    strength: [0.55, 0.55],
    dash: [0.01, 0.012],
  };
}
