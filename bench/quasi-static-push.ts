/**
 * What the yaw of a pushed T is without any simulator: quasi-static pushing with Coulomb friction below and at the
 * pusher (Mason 1986; Lynch and Mason 1996), for the T and the stroke of the engine's self-test. At every moment the
 * twist is the one at which friction of the support balances a force within the pusher's cone. How a rigid body shares
 * its weight over its support is not determined by rigid-body mechanics, so both usual answers are computed: evenly over
 * its area, and on the corners of its two parts, where engines have their contacts. Metres, seconds, radians; planar.
 */

/** How the weight is shared. */
export type Support = "area" | "corners";

interface Part {
  readonly hx: number;
  readonly hy: number;
  readonly y: number;
  /** kg */
  readonly mass: number;
}

/** The T of `pushedYaw` in `sim/engine.ts`: two boxes, their centres on the y axis. */
export const PARTS: readonly Part[] = [
  { hx: 0.06, hy: 0.015, y: 0.03, mass: 0.114 },
  { hx: 0.015, hy: 0.045, y: -0.03, mass: 0.086 },
];
export const PUSHER = { radius: 0.02, from: [-0.05, -0.06], speed: 0.05 } as const;
/** of the support and of the pusher */
export const FRICTION = 0.5;
const STEP = 0.01;
const CELLS = 6;

/** Where the weight rests, in the T's frame, with its share of it. */
function supports(kind: Support): { readonly x: number; readonly y: number; readonly share: number }[] {
  const whole = PARTS.reduce((sum, { mass }) => sum + mass, 0);
  return PARTS.flatMap(({ hx, hy, y, mass }) => {
    const count = kind === "corners" ? 2 : CELLS;
    const at = (k: number): number => (kind === "corners" ? 2 * k - 1 : (2 * k + 1) / CELLS - 1);
    return Array.from({ length: count * count }, (_, i) => ({
      x: hx * at(i % count),
      y: y + hy * at(Math.floor(i / count)),
      share: mass / whole / count ** 2,
    }));
  });
}

/** Where `f`, which rises, is zero, to a billionth of the interval. */
function root(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 30; i++) {
    const middle = (a + b) / 2;
    if (f(middle) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

/** @param seconds of pushing. @returns the T's yaw, rad, counter-clockwise */
export function quasiStaticYaw(seconds: number, kind: Support): number {
  const points = supports(kind);
  let [x, y, yaw] = [0, 0, 0];
  for (let k = 1; k <= Math.round(seconds / STEP); k++) {
    const [px, py] = [PUSHER.from[0] + PUSHER.speed * STEP * k, PUSHER.from[1]];
    const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
    // The pusher's middle in the T's frame, and the point of the T nearest to it.
    const [lx, ly] = [cos * (px - x) + sin * (py - y), -sin * (px - x) + cos * (py - y)];
    const near = PARTS.map((part) => {
      const qx = Math.max(-part.hx, Math.min(part.hx, lx));
      const qy = Math.max(part.y - part.hy, Math.min(part.y + part.hy, ly));
      return { qx, qy, gap: Math.hypot(lx - qx, ly - qy) };
    }).reduce((a, b) => (a.gap < b.gap ? a : b));
    if (near.gap > PUSHER.radius) continue;
    const [cx, cy] = [x + cos * near.qx - sin * near.qy, y + sin * near.qx + cos * near.qy];
    const [nx, ny] = [(cx - px) / near.gap, (cy - py) / near.gap];
    const [tx, ty] = [-ny, nx];
    const world = points.map((p) => ({
      rx: x + cos * p.x - sin * p.y - cx,
      ry: y + sin * p.x + cos * p.y - cy,
      share: p.share,
    }));
    // The contact point moves with the pusher, and by `slide` along its surface; the T turns about it.
    const friction = (slide: number, turn: number) => {
      let [fx, fy, moment] = [0, 0, 0];
      for (const { rx, ry, share } of world) {
        const [vx, vy] = [PUSHER.speed + slide * tx - turn * ry, slide * ty + turn * rx];
        const part = share / Math.hypot(vx, vy, 1e-9);
        fx += part * vx;
        fy += part * vy;
        moment += part * (rx * vy - ry * vx);
      }
      return { along: fx * tx + fy * ty, into: fx * nx + fy * ny, moment };
    };
    // A force at the contact point has no moment about it: neither may the friction.
    const turnOf = (slide: number) => root((turn) => friction(slide, turn).moment, -20, 20);
    const beyond = (slide: number, side: number) => {
      const { along, into } = friction(slide, turnOf(slide));
      return along - side * FRICTION * into;
    };
    let slide = 0;
    if (beyond(0, 1) > 0) slide = root((s) => beyond(s, 1), -0.5, 0);
    else if (beyond(0, -1) < 0) slide = root((s) => beyond(s, -1), 0, 0.5);
    const turn = turnOf(slide);
    // As long as it takes for the pusher's overlap to be given back: nothing drifts, and first contact is exact.
    const time = (PUSHER.radius - near.gap) / (PUSHER.speed * nx);
    x += (PUSHER.speed + slide * tx + turn * (cy - y)) * time;
    y += (slide * ty - turn * (cx - x)) * time;
    yaw += turn * time;
  }
  return yaw;
}
