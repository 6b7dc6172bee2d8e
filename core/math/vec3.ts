/**
 * Vectors of three numbers: positions in metres, directions without unit.
 * Plain readonly tuples for code that runs a few times a step; hot loops use typed arrays of their own.
 */
export type Vec3 = readonly [number, number, number];

/** `add(a, b) = a + b` */
export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
/** `subtract(a, b) = a - b` */
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
/** `scale(a, s) = s a` */
export const scale = (a: Vec3, s: number): Vec3 => [a[0] * s, a[1] * s, a[2] * s];
/** `dot(a, b) = Σ aᵢ bᵢ` */
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
/** `cross(a, b) = a × b`, right-handed */
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
/** `norm(a) = |a|` */
export const norm = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);
/** `distance(a, b) = |a - b|` */
export const distance = (a: Vec3, b: Vec3): number => norm(subtract(a, b));
/** Distance in the horizontal plane, metres: `hypot(aₓ - bₓ, a_y - b_y)`. */
export const planarDistance = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
/** `lerp(a, b, u) = a + u (b - a)` */
export const lerp = (a: Vec3, b: Vec3, u: number): Vec3 => [
  a[0] + u * (b[0] - a[0]),
  a[1] + u * (b[1] - a[1]),
  a[2] + u * (b[2] - a[2]),
];
