/**
 * How far a gripper is open, against the position that its joint or its controller counts: pairs of both, in between
 * a straight line. Two pairs say a finger that slides, a few more a jaw that turns or a linkage. Openings in metres
 * between the pads; positions in the wire's own unit (m of one finger, rad of a knuckle).
 */
import { type ArmGripper, impossible, jawWidth } from "../../core/index.js";

/** [m between the pads, position], openings rising, positions only rising or only falling. */
export type Opening = readonly (readonly [width: number, position: number])[];

/** The position of an opening; beyond the ends, that of the end. */
export const positionOf = (opening: Opening, width: number): number =>
  between(
    opening.map(([x]) => x),
    opening.map(([, y]) => y),
    width,
  );

/** The opening at a position; beyond the ends, that of the end. */
export function widthOf(opening: Opening, position: number): number {
  const rising = opening.at(-1)![1] > opening[0]![1] ? opening : [...opening].reverse();
  return between(
    rising.map(([, y]) => y),
    rising.map(([x]) => x),
    position,
  );
}

/** Why these pairs are no opening, or null. */
export function openingTrouble(opening: Opening): string | null {
  const steps = opening.slice(1).map(([width, position], i) => {
    const [before, from] = opening[i]!;
    return [width - before, position - from] as const;
  });
  if (steps.some(([wider]) => !(wider > 0))) return "openings must rise from pair to pair";
  const side = Math.sign(steps[0]?.[1] ?? 0);
  return side !== 0 && steps.every(([, moved]) => Math.sign(moved) === side)
    ? null
    : "positions must only rise, or only fall, from pair to pair";
}

/** Angles of a jaw in between which its tip goes straight enough: within a quarter of a millimetre. */
const JAW_STEPS = 16;

/** As the model of a gripper has it: metres of one finger where two slide, radians of a jaw that turns. */
export function openingOf(gripper: ArmGripper): Opening {
  switch (gripper.kind) {
    case "parallel":
      return [
        [0, 0],
        [gripper.open, gripper.open / 2],
      ];
    case "jaw": {
      const { drive } = gripper;
      return Array.from({ length: JAW_STEPS + 1 }, (_, step) => {
        const angle = drive.shut + (step / JAW_STEPS) * (drive.wide - drive.shut);
        return [jawWidth(drive, angle), angle] as const;
      });
    }
    default:
      return impossible(gripper);
  }
}

/** On the polyline through points with rising x. */
function between(xs: readonly number[], ys: readonly number[], x: number): number {
  const next = xs.findIndex((each) => each >= x);
  if (next === 0) return ys[0]!;
  if (next < 0) return ys.at(-1)!;
  const [x0, x1, y0, y1] = [xs[next - 1]!, xs[next]!, ys[next - 1]!, ys[next]!];
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}
