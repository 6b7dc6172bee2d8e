/**
 * The lines over a world that only a person needs: where the tool was and will go, what lies under it, how far it
 * reaches. Metres in the world, widths in CSS pixels; how a line is drawn is in `lines.ts`.
 */
import type { ToolReach, Vec3 } from "../../core/index.js";
import type { ArmFigure } from "./figure.js";
import { circle, type Line } from "./lines.js";
import type { PageLook } from "./looks.js";
import { reachLines } from "./reach.js";
import type { Cues } from "./types.js";

/** What the lines are of. */
export interface Guides {
  readonly arm: ArmFigure;
  /** where it ends */
  readonly ends: ToolReach;
  readonly look: PageLook;
  /** of whoever drives */
  readonly colour: string;
  readonly trail: readonly Vec3[];
  readonly plan: readonly Vec3[];
  readonly cues: Cues;
}

/** The lines of a moment. */
export function guideLines({ arm, ends, look, colour, trail, plan, cues }: Guides): Line[] {
  const result: Line[] = [];
  if (trail.length > 1) result.push({ points: trail, colour, width: [2, 3.4], strength: [0.06, 1] });
  if (plan.length > 1)
    result.push({ points: plan, colour, width: [2, 2], strength: [0.85, 0.85], dash: [0.009, 0.008] });
  const { plumb } = cues;
  if (plumb !== undefined && plumb !== null) {
    const [x, y, z] = plumb;
    const line = { colour: look.guide, width: [1.6, 1.6], strength: [0.85, 0.85] } as const;
    result.push({
      ...line,
      points: [
        [x, y, z - 0.012],
        [x, y, 0.001],
      ],
      dash: [0.006, 0.005],
    });
    result.push({ ...line, points: circle([x, y, 0.0012], 0.03) });
    result.push({ ...line, width: [2, 2], points: circle([x, y, 0.0012], 0.003, 12) });
  }
  const { ring, reach } = cues;
  if (ring !== undefined && ring !== null) {
    const { at, radius, reached } = ring;
    result.push({
      points: circle([at[0], at[1], at[2] + 0.0012], radius, 64),
      colour: reached ? look.done : look.aim,
      width: reached ? [5, 5] : [3.6, 3.6],
      strength: [1, 1],
      ...(reached ? {} : { dash: [0.012, 0.008] as const }),
    });
  }
  if (reach !== undefined && reach !== null) result.push(...reachLines(reach, ends, arm.workspace, look));
  return result;
}
