/**
 * Where the arm or its workspace ends near the tool: dots on the surface itself, fewer to be seen the farther they are,
 * and on the table a dashed arc. Metres in the arm's base frame.
 */
import { distance, PANDA, pandaReach, type ToolWorkspace, type Vec3 } from "../../core/index.js";
import type { ArmFigure } from "./figure.js";
import type { Line } from "./lines.js";
import type { PageLook } from "./looks.js";
import type { ReachCue } from "./types.js";

/** m around the tool that are shown, and between dots */
const PATCH = 0.15;
const EVERY = 0.02;
/** m of a dot, px across */
const DOT = { length: 0.005, width: 4.2 } as const;
/** rad of the arc on the table on each side of the tool */
const ARC = 0.6;

/** The lines of a reach. Where an arm ends is known of the Panda. */
export function reachLines({ tool, arm, faces }: ReachCue, figure: ArmFigure, look: PageLook): Line[] {
  return [
    ...(arm && figure.name === PANDA.name
      ? [...dots(tool, armSurface(tool), look), ...tableArc(tool, look)]
      : []),
    ...faces.flatMap(([axis, side]) => dots(tool, faceSurface(tool, figure.workspace, axis, side), look)),
  ];
}

/** A point on a surface, and the unit vector along which its dot lies. */
type Spot = readonly [at: Vec3, along: Vec3];

const steps = (): number[] => {
  const most = Math.floor(PATCH / EVERY);
  return Array.from({ length: 2 * most + 1 }, (_, i) => (i - most) * EVERY);
};

function armSurface([x, y, z]: Vec3): Spot[] {
  const bearing = Math.atan2(y, x);
  return steps().flatMap((up) => {
    const radius = pandaReach(z + up);
    if (radius === null || z + up < 0) return [];
    return steps().map((aside): Spot => {
      const angle = bearing + aside / radius;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return [
        [radius * c, radius * s, z + up],
        [-s, c, 0],
      ];
    });
  });
}

function faceSurface(tool: Vec3, { low, high }: ToolWorkspace, axis: 0 | 1 | 2, side: -1 | 1): Spot[] {
  const bound = (side < 0 ? low : high)[axis];
  const [across, up] = axis === 2 ? [0, 1] : [1 - axis, 2];
  const along: Vec3 = across === 0 ? [1, 0, 0] : [0, 1, 0];
  return steps().flatMap((a) =>
    steps().flatMap((b): Spot[] => {
      const at: [number, number, number] = [...tool];
      at[axis] = bound;
      at[across] = at[across]! + a;
      at[up] = at[up]! + b;
      return at[2] < 0 ? [] : [[at, along]];
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

function tableArc([x, y]: Vec3, look: PageLook): Line[] {
  const radius = pandaReach(0);
  if (radius === null) return [];
  const bearing = Math.atan2(y, x);
  return ([-1, 1] as const).map((side) => ({
    points: Array.from({ length: 25 }, (_, i): Vec3 => {
      const angle = bearing + (side * ARC * i) / 24;
      return [radius * Math.cos(angle), radius * Math.sin(angle), 0.001];
    }),
    colour: look.reach,
    width: [2.2, 2.2],
    strength: [0.7, 0.1],
    dash: [0.01, 0.012],
  }));
}
