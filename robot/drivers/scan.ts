/**
 * A `LaserScan` as the contract wants it: one distance a beam, from the middle of the base, counter-clockwise from
 * straight ahead, whatever the scanner's mount, resolution and direction. After REP 117: +inf is "nothing in
 * range", -inf "too near to measure", NaN "no reading"; readings outside the scanner's own range are none.
 */
import type { LaserScanData } from "../ros2/messages.js";

/** Where the laser sits on the base. */
export interface ScanMount {
  /** the laser in the base's frame: m, m, rad */
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
}

/** One scan as two readers want it. */
export interface ResampledScan {
  /** [beams] for the policy: the reading nearest to the beam's direction, as a single ray would have it */
  readonly beams: Float32Array;
  /** [beams] for the safety layer: the nearest reading of the beam's whole sector */
  readonly nearest: Float64Array;
}

/**
 * @param rangeMax what a beam says when nothing is there, m
 * @param missing what no reading counts as, for the safety layer
 * @returns null when there is not one reading, "nothing in range" included, and `missing` is `blocked`
 */
export function resampleScan(
  scan: LaserScanData,
  mount: ScanMount,
  beams: number,
  rangeMax: number,
  missing: "free" | "blocked",
): ResampledScan | null {
  const sector = (2 * Math.PI) / beams;
  const single = new Float32Array(beams).fill(rangeMax);
  const offset = new Float64Array(beams).fill(Number.POSITIVE_INFINITY);
  const nearest = new Float64Array(beams).fill(missing === "free" ? Number.POSITIVE_INFINITY : Number.NaN);
  let readings = 0;
  for (let i = 0; i < scan.ranges.length; i++) {
    const distance = distanceOf(scan.ranges[i]!, scan);
    if (distance === null) continue;
    readings++;
    const ray = mount.yaw + scan.angleMin + i * scan.angleIncrement;
    const reach = Math.min(distance, rangeMax);
    const x = mount.x + reach * Math.cos(ray);
    const y = mount.y + reach * Math.sin(ray);
    const range = Number.isFinite(distance) ? Math.hypot(x, y) : Number.POSITIVE_INFINITY;
    const turns = Math.atan2(y, x) / sector;
    const beam = ((Math.round(turns) % beams) + beams) % beams;
    nearest[beam] = Number.isNaN(nearest[beam]!) ? range : Math.min(nearest[beam]!, range);
    const away = Math.abs(turns - Math.round(turns));
    if (away < offset[beam]!) {
      offset[beam] = away;
      single[beam] = Math.min(range, rangeMax);
    }
  }
  return readings === 0 && missing === "blocked" ? null : { beams: single, nearest };
}

/** Metres, infinite when nothing is in range; null for no reading. */
function distanceOf(range: number, scan: LaserScanData): number | null {
  if (Number.isNaN(range)) return null;
  if (range === Number.NEGATIVE_INFINITY) return scan.rangeMin;
  if (range === Number.POSITIVE_INFINITY) return range;
  return range < scan.rangeMin || range > scan.rangeMax ? null : range;
}
