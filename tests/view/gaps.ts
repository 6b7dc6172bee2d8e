/** How far a recorded picture that the processor computes is from the one that graphics draw. Runs in the page. */
import type { CameraPicture } from "../../sim/view/index.js";

/**
 * Share of a depth that is no other depth. Graphics in software measure a floor that reaches behind the camera 0.12 %
 * short; that the computed picture is right there stands in `tests/sim`.
 */
const DEPTH_GAP = 2e-3;

/** How a computed picture differs from the one of graphics. */
export interface PictureGaps {
  readonly camera: string;
  /** ids that are seen */
  readonly labels: number;
  /** whether both are measured by the same lens at the same place */
  readonly sameLens: boolean;
  /** grey levels, over red, green and blue */
  readonly mean: number;
  /** shares of values more than eight grey levels off, of pixels with another id, and of pixels another depth */
  readonly far: number;
  readonly otherIds: number;
  readonly otherDepths: number;
  /** pixels with an id that graphics show neither there nor beside it */
  readonly strangers: number;
}

/** Compares the pictures of one camera. */
export function pictureGaps(graphics: CameraPicture, picture: CameraPicture): PictureGaps {
  const { width, height } = picture.intrinsics;
  const pixels = width * height;
  let [sum, far, otherIds, otherDepths, strangers] = [0, 0, 0, 0, 0];
  for (let at = 0; at < pixels; at++) {
    for (let k = 0; k < 3; k++) {
      const gap = Math.abs(graphics.rgba![4 * at + k]! - picture.rgba![4 * at + k]!);
      sum += gap;
      if (gap > 8) far++;
    }
    const [id, depth] = [picture.ids![at]!, graphics.depth![at]!];
    const other = picture.depth![at]!;
    if (depth !== other && !(Math.abs(depth - other) <= DEPTH_GAP * Math.min(depth, other))) otherDepths++;
    if (id === graphics.ids![at]) continue;
    otherIds++;
    const [column, row] = [at % width, Math.floor(at / width)];
    let beside = false;
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++)
        if (graphics.ids![y * width + x] === id) beside = true;
    if (!beside) strangers++;
  }
  const lensOf = ({ intrinsics, worldFromCamera }: CameraPicture) =>
    JSON.stringify([intrinsics, worldFromCamera]);
  return {
    camera: picture.camera,
    labels: new Set(graphics.ids).size,
    sameLens: lensOf(graphics) === lensOf(picture),
    mean: sum / (3 * pixels),
    far: far / (3 * pixels),
    otherIds: otherIds / pixels,
    otherDepths: otherDepths / pixels,
    strangers,
  };
}
