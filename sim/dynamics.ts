/**
 * Rigid-body dynamics of a serial chain in typed arrays, no allocation after creation: mass matrix by composite
 * rigid bodies, bias and gravity forces by recursive Newton-Euler (Featherstone, Rigid Body Dynamics Algorithms,
 * 2008, ch. 5-6). Every spatial quantity is written in the base frame about the base's origin, so that nothing is
 * transformed between links. Metres, radians, kilograms, newton metres; gravity along the base's -z.
 * Not here: motors, limits, contacts.
 */
import {
  add,
  type Chain,
  createFrames,
  type FrameBuffer,
  forwardKinematics,
  type LinkModel,
  type Pose,
  rotate,
  scale,
  subtract,
  transformPoint,
  type Vec3,
} from "../core/index.js";

/** Something held or fitted that moves with a joint, besides the links of the model. */
export interface AddedMass {
  /** index of the joint it moves with */
  readonly joint: number;
  readonly link: LinkModel;
  readonly jointFromLink: Pose;
}

/** Dynamics of one chain, at the position last set. */
export interface Dynamics {
  readonly n: number;
  /** frames of the joints and the tool for the last `setPosition` */
  readonly frames: FrameBuffer;
  /** Everything below is for this position, [n]. */
  setPosition(q: ArrayLike<number>): void;
  /** [n * n], symmetric */
  massMatrix(out: Float64Array): Float64Array;
  /** Torques of a motion: M qdd + C(q, qd) qd + gravity; `qdd` null for zero, `g` m/s². */
  inverse(qd: ArrayLike<number>, qdd: ArrayLike<number> | null, g: number, out: Float64Array): Float64Array;
  /** Torques that hold the chain still against gravity of `g` m/s². */
  gravity(g: number, out: Float64Array): Float64Array;
  /** Adds to `out` the torques that a force (N) at a point (m, base frame) of what joint `joint` carries causes. */
  addForce(
    joint: number,
    px: number,
    py: number,
    pz: number,
    fx: number,
    fy: number,
    fz: number,
    out: Float64Array,
  ): void;
}

/** Ten numbers a link: mass, first moment (3), inertia about the origin xx yy zz xy xz yz. */
const ROW = 10;

/** Dynamics of the chain with every link that hangs from its joints. */
export function createDynamics(chain: Chain, added: readonly AddedMass[] = []): Dynamics {
  const { n } = chain;
  const local = chain.joints.map(({ links }, i) =>
    lump([...links, ...added.filter((extra) => extra.joint === i)]),
  );
  // In the joint's frame: mass, centre of mass (3), inertia about it (6).
  const bodies = Float64Array.from(
    local.flatMap(({ mass, centre, inertia }) => [mass, ...centre, ...inertia]),
  );
  const axes = Float64Array.from(chain.joints.flatMap(({ joint }) => [...joint.axis]));
  const prismatic = Uint8Array.from(chain.joints, ({ joint }) => (joint.type === "prismatic" ? 1 : 0));
  const frames = createFrames(chain);
  /** unit motion of each joint: angular (3), linear at the origin (3) */
  const S = new Float64Array(6 * n);
  const I = new Float64Array(ROW * n);
  const V = new Float64Array(6 * n);
  const A = new Float64Array(6 * n);
  const F = new Float64Array(6 * n);

  const setPosition = (q: ArrayLike<number>): void => {
    forwardKinematics(chain, q, frames);
    for (let i = 0; i < n; i++) {
      const f = i * 7;
      const px = frames[f]!;
      const py = frames[f + 1]!;
      const pz = frames[f + 2]!;
      const x = frames[f + 3]!;
      const y = frames[f + 4]!;
      const z = frames[f + 5]!;
      const w = frames[f + 6]!;
      const r00 = 1 - 2 * (y * y + z * z);
      const r01 = 2 * (x * y - z * w);
      const r02 = 2 * (x * z + y * w);
      const r10 = 2 * (x * y + z * w);
      const r11 = 1 - 2 * (x * x + z * z);
      const r12 = 2 * (y * z - x * w);
      const r20 = 2 * (x * z - y * w);
      const r21 = 2 * (y * z + x * w);
      const r22 = 1 - 2 * (x * x + y * y);

      const a = 3 * i;
      const ax = r00 * axes[a]! + r01 * axes[a + 1]! + r02 * axes[a + 2]!;
      const ay = r10 * axes[a]! + r11 * axes[a + 1]! + r12 * axes[a + 2]!;
      const az = r20 * axes[a]! + r21 * axes[a + 1]! + r22 * axes[a + 2]!;
      const s = 6 * i;
      if (prismatic[i] === 1) {
        S[s] = 0;
        S[s + 1] = 0;
        S[s + 2] = 0;
        S[s + 3] = ax;
        S[s + 4] = ay;
        S[s + 5] = az;
      } else {
        S[s] = ax;
        S[s + 1] = ay;
        S[s + 2] = az;
        S[s + 3] = py * az - pz * ay;
        S[s + 4] = pz * ax - px * az;
        S[s + 5] = px * ay - py * ax;
      }

      const b = ROW * i;
      const m = bodies[b]!;
      const lx = bodies[b + 1]!;
      const ly = bodies[b + 2]!;
      const lz = bodies[b + 3]!;
      const cx = px + r00 * lx + r01 * ly + r02 * lz;
      const cy = py + r10 * lx + r11 * ly + r12 * lz;
      const cz = pz + r20 * lx + r21 * ly + r22 * lz;
      const ixx = bodies[b + 4]!;
      const iyy = bodies[b + 5]!;
      const izz = bodies[b + 6]!;
      const ixy = bodies[b + 7]!;
      const ixz = bodies[b + 8]!;
      const iyz = bodies[b + 9]!;
      // R J, then (R J) Rᵀ + m (|c|² E - c cᵀ)
      const t00 = r00 * ixx + r01 * ixy + r02 * ixz;
      const t01 = r00 * ixy + r01 * iyy + r02 * iyz;
      const t02 = r00 * ixz + r01 * iyz + r02 * izz;
      const t10 = r10 * ixx + r11 * ixy + r12 * ixz;
      const t11 = r10 * ixy + r11 * iyy + r12 * iyz;
      const t12 = r10 * ixz + r11 * iyz + r12 * izz;
      const t20 = r20 * ixx + r21 * ixy + r22 * ixz;
      const t21 = r20 * ixy + r21 * iyy + r22 * iyz;
      const t22 = r20 * ixz + r21 * iyz + r22 * izz;
      I[b] = m;
      I[b + 1] = m * cx;
      I[b + 2] = m * cy;
      I[b + 3] = m * cz;
      I[b + 4] = t00 * r00 + t01 * r01 + t02 * r02 + m * (cy * cy + cz * cz);
      I[b + 5] = t10 * r10 + t11 * r11 + t12 * r12 + m * (cx * cx + cz * cz);
      I[b + 6] = t20 * r20 + t21 * r21 + t22 * r22 + m * (cx * cx + cy * cy);
      I[b + 7] = t00 * r10 + t01 * r11 + t02 * r12 - m * cx * cy;
      I[b + 8] = t00 * r20 + t01 * r21 + t02 * r22 - m * cx * cz;
      I[b + 9] = t10 * r20 + t11 * r21 + t12 * r22 - m * cy * cz;
    }
  };

  const massMatrix = (out: Float64Array): Float64Array => {
    let m = 0;
    let hx = 0;
    let hy = 0;
    let hz = 0;
    let ixx = 0;
    let iyy = 0;
    let izz = 0;
    let ixy = 0;
    let ixz = 0;
    let iyz = 0;
    for (let i = n - 1; i >= 0; i--) {
      const b = ROW * i;
      m += I[b]!;
      hx += I[b + 1]!;
      hy += I[b + 2]!;
      hz += I[b + 3]!;
      ixx += I[b + 4]!;
      iyy += I[b + 5]!;
      izz += I[b + 6]!;
      ixy += I[b + 7]!;
      ixz += I[b + 8]!;
      iyz += I[b + 9]!;
      const s = 6 * i;
      const wx = S[s]!;
      const wy = S[s + 1]!;
      const wz = S[s + 2]!;
      const vx = S[s + 3]!;
      const vy = S[s + 4]!;
      const vz = S[s + 5]!;
      // Momentum of everything beyond joint i when it alone moves at unit speed.
      const kx = ixx * wx + ixy * wy + ixz * wz + hy * vz - hz * vy;
      const ky = ixy * wx + iyy * wy + iyz * wz + hz * vx - hx * vz;
      const kz = ixz * wx + iyz * wy + izz * wz + hx * vy - hy * vx;
      const lx = m * vx - hy * wz + hz * wy;
      const ly = m * vy - hz * wx + hx * wz;
      const lz = m * vz - hx * wy + hy * wx;
      for (let j = 0; j <= i; j++) {
        const o = 6 * j;
        const value =
          S[o]! * kx + S[o + 1]! * ky + S[o + 2]! * kz + S[o + 3]! * lx + S[o + 4]! * ly + S[o + 5]! * lz;
        out[i * n + j] = value;
        out[j * n + i] = value;
      }
    }
    return out;
  };

  const inverse = (
    qd: ArrayLike<number>,
    qdd: ArrayLike<number> | null,
    g: number,
    out: Float64Array,
  ): Float64Array => {
    let wx = 0;
    let wy = 0;
    let wz = 0;
    let vx = 0;
    let vy = 0;
    let vz = 0;
    let bx = 0;
    let by = 0;
    let bz = 0;
    let ax = 0;
    let ay = 0;
    let az = g; // standing still in gravity is accelerating upwards
    for (let i = 0; i < n; i++) {
      const s = 6 * i;
      const d = qd[i]!;
      const sx = S[s]! * d;
      const sy = S[s + 1]! * d;
      const sz = S[s + 2]! * d;
      const tx = S[s + 3]! * d;
      const ty = S[s + 4]! * d;
      const tz = S[s + 5]! * d;
      wx += sx;
      wy += sy;
      wz += sz;
      vx += tx;
      vy += ty;
      vz += tz;
      const dd = qdd === null ? 0 : qdd[i]!;
      bx += S[s]! * dd + wy * sz - wz * sy;
      by += S[s + 1]! * dd + wz * sx - wx * sz;
      bz += S[s + 2]! * dd + wx * sy - wy * sx;
      ax += S[s + 3]! * dd + wy * tz - wz * ty + vy * sz - vz * sy;
      ay += S[s + 4]! * dd + wz * tx - wx * tz + vz * sx - vx * sz;
      az += S[s + 5]! * dd + wx * ty - wy * tx + vx * sy - vy * sx;
      V[s] = wx;
      V[s + 1] = wy;
      V[s + 2] = wz;
      V[s + 3] = vx;
      V[s + 4] = vy;
      V[s + 5] = vz;
      A[s] = bx;
      A[s + 1] = by;
      A[s + 2] = bz;
      A[s + 3] = ax;
      A[s + 4] = ay;
      A[s + 5] = az;
    }
    let kx = 0;
    let ky = 0;
    let kz = 0;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    for (let i = n - 1; i >= 0; i--) {
      const s = 6 * i;
      const b = ROW * i;
      spatial(I, b, V, s, F, s);
      const hx = F[s]!;
      const hy = F[s + 1]!;
      const hz = F[s + 2]!;
      const lx = F[s + 3]!;
      const ly = F[s + 4]!;
      const lz = F[s + 5]!;
      spatial(I, b, A, s, F, s);
      const ux = V[s]!;
      const uy = V[s + 1]!;
      const uz = V[s + 2]!;
      const px = V[s + 3]!;
      const py = V[s + 4]!;
      const pz = V[s + 5]!;
      kx += F[s]! + uy * hz - uz * hy + py * lz - pz * ly;
      ky += F[s + 1]! + uz * hx - ux * hz + pz * lx - px * lz;
      kz += F[s + 2]! + ux * hy - uy * hx + px * ly - py * lx;
      fx += F[s + 3]! + uy * lz - uz * ly;
      fy += F[s + 4]! + uz * lx - ux * lz;
      fz += F[s + 5]! + ux * ly - uy * lx;
      out[i] =
        S[s]! * kx + S[s + 1]! * ky + S[s + 2]! * kz + S[s + 3]! * fx + S[s + 4]! * fy + S[s + 5]! * fz;
    }
    return out;
  };

  const gravity = (g: number, out: Float64Array): Float64Array => {
    let m = 0;
    let hx = 0;
    let hy = 0;
    for (let i = n - 1; i >= 0; i--) {
      const b = ROW * i;
      m += I[b]!;
      hx += I[b + 1]!;
      hy += I[b + 2]!;
      const s = 6 * i;
      // The force m g along +z, with moment h × (0, 0, g) about the origin.
      out[i] = g * (S[s]! * hy - S[s + 1]! * hx + S[s + 5]! * m);
    }
    return out;
  };

  const addForce: Dynamics["addForce"] = (joint, px, py, pz, fx, fy, fz, out) => {
    const mx = py * fz - pz * fy;
    const my = pz * fx - px * fz;
    const mz = px * fy - py * fx;
    for (let i = 0; i <= joint; i++) {
      const s = 6 * i;
      out[i]! +=
        S[s]! * mx + S[s + 1]! * my + S[s + 2]! * mz + S[s + 3]! * fx + S[s + 4]! * fy + S[s + 5]! * fz;
    }
  };

  return { n, frames, setPosition, massMatrix, inverse, gravity, addForce };
}

/** out = I v for a link's inertia about the origin: angular momentum (3), linear momentum (3). */
function spatial(I: Float64Array, b: number, v: Float64Array, s: number, out: Float64Array, o: number): void {
  const wx = v[s]!;
  const wy = v[s + 1]!;
  const wz = v[s + 2]!;
  const vx = v[s + 3]!;
  const vy = v[s + 4]!;
  const vz = v[s + 5]!;
  const m = I[b]!;
  const hx = I[b + 1]!;
  const hy = I[b + 2]!;
  const hz = I[b + 3]!;
  out[o] = I[b + 4]! * wx + I[b + 7]! * wy + I[b + 8]! * wz + hy * vz - hz * vy;
  out[o + 1] = I[b + 7]! * wx + I[b + 5]! * wy + I[b + 9]! * wz + hz * vx - hx * vz;
  out[o + 2] = I[b + 8]! * wx + I[b + 9]! * wy + I[b + 6]! * wz + hx * vy - hy * vx;
  out[o + 3] = m * vx - hy * wz + hz * wy;
  out[o + 4] = m * vy - hz * wx + hx * wz;
  out[o + 5] = m * vz - hx * wy + hy * wx;
}

/** Rigid links in one joint's frame as one body. */
function lump(parts: readonly { readonly link: LinkModel; readonly jointFromLink: Pose }[]): {
  readonly mass: number;
  readonly centre: Vec3;
  /** xx yy zz xy xz yz about the centre */
  readonly inertia: readonly number[];
} {
  const mass = parts.reduce((sum, { link }) => sum + link.mass, 0);
  const placed = parts.map(({ link, jointFromLink }) => ({
    mass: link.mass,
    centre: transformPoint(jointFromLink, link.centreOfMass),
    inertia: rotatedInertia(link.inertia, jointFromLink),
  }));
  const centre = placed.reduce<Vec3>(
    (sum, part) => add(sum, scale(part.centre, mass > 0 ? part.mass / mass : 0)),
    [0, 0, 0],
  );
  const inertia = [0, 0, 0, 0, 0, 0];
  for (const part of placed) {
    const [x, y, z] = subtract(part.centre, centre);
    const m = part.mass;
    const moved = [
      m * (y * y + z * z),
      m * (x * x + z * z),
      m * (x * x + y * y),
      -m * x * y,
      -m * x * z,
      -m * y * z,
    ];
    for (let k = 0; k < 6; k++) inertia[k]! += part.inertia[k]! + moved[k]!;
  }
  return { mass, centre, inertia };
}

/** R J Rᵀ, as xx yy zz xy xz yz. */
function rotatedInertia([xx, yy, zz, xy, xz, yz]: LinkModel["inertia"], { orientation }: Pose): number[] {
  const columns = (
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as const
  ).map((axis) => rotate(orientation, axis));
  const J = [
    [xx, xy, xz],
    [xy, yy, yz],
    [xz, yz, zz],
  ];
  const entry = (r: number, c: number): number => {
    let sum = 0;
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) sum += columns[i]![r]! * J[i]![j]! * columns[j]![c]!;
    return sum;
  };
  return [entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)];
}
