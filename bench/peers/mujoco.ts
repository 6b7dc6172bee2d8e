/**
 * MuJoCo, Google DeepMind's own WebAssembly build, making the motion of `tabletop-motion` on `mujoco-scene.xml`.
 * One step: joint targets for every physics step (a cubic between set-points, its velocity fed forward), the physics
 * steps, and the observation read: joints and their velocities, tool pose, opening, five cubes.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Pose } from "../../core/index.js";
import { BOXES, type Fingers } from "../fingers.js";
import { type Held, shake } from "../hold.js";
import { FRICTION, PARTS, PUSHER } from "../quasi-static-push.js";
import {
  CONTROL_RATE,
  type SetPoint,
  type Simulator,
  SQUEEZE,
  setPoints,
  timeEpisode,
} from "../tabletop-motion.js";
import { makePeer, ROOT } from "./peer.js";

/** What this file uses of the module. */
interface Mujoco {
  readonly MjModel: { from_xml_string(xml: string): Model };
  readonly MjData: new (model: Model) => Data;
  mj_resetDataKeyframe(model: Model, data: Data, key: number): void;
  mj_forward(model: Model, data: Data): void;
  mj_step(model: Model, data: Data): void;
  mj_versionString(): string;
}
interface Model {
  delete(): void;
}
/** Views into the module's memory, which may grow: fetched anew each step. */
interface Data {
  readonly qpos: Float64Array;
  readonly qvel: Float64Array;
  readonly ctrl: Float64Array;
  readonly site_xpos: Float64Array;
  readonly site_xmat: Float64Array;
  delete(): void;
}

const GRIP_SPEED = 0.1; // m/s of one finger
const GRIP_STIFFNESS = 5000; // N/m; the motor drives both fingers
const SERVO_LAG = 0.1; // s, damping over stiffness of every servo

/** How MuJoCo steps and how its contacts are solved; the defaults are those of the scene. */
export interface MujocoOptions {
  /** hertz of physics steps, a multiple of 20 */
  readonly rate: number;
  /** whether resting things may sleep; default false */
  readonly sleep?: boolean;
  /** kg of every cube; default 0.1 */
  readonly mass?: number;
  /** default the scene's one box */
  readonly fingers?: Fingers;
  /** s, time constant of contacts, at least two time steps; default 4 ms or 2.05 time steps */
  readonly solref?: number;
  /** how much harder friction is than the normal direction; default 10 */
  readonly impratio?: number;
  /** passes of the solver that takes slip away afterwards; default none */
  readonly noslip?: number;
  /** default implicitfast */
  readonly integrator?: "implicitfast" | "RK4";
}

const optionsXml = (xml: string, options: MujocoOptions): string => {
  const dt = 1 / options.rate;
  const {
    solref = Math.max(0.004, 2.05 * dt),
    impratio = 10,
    noslip = 0,
    integrator = "implicitfast",
    sleep = false,
  } = options;
  const flags = sleep ? '><flag sleep="enable"/></option>' : "/>";
  return xml
    .replace(
      /<option [^>]*\/>/,
      `<option timestep="${dt}" integrator="${integrator}" cone="elliptic" impratio="${impratio}" solver="Newton" noslip_iterations="${noslip}"${flags}`,
    )
    .replace(/<geom solref="[^"]*"/, `<geom solref="${solref.toFixed(5)} 1"`)
    .replace(/<geom name="pad_left"[^>]*>/, geoms(1, options.fingers))
    .replace(/<geom name="pad_right"[^>]*>/, geoms(-1, options.fingers));
};

/** m along a finger's z, from its origin to the pad's centre */
const PAD = 0.045;

/** The boxes of the finger on that side. */
const geoms = (side: 1 | -1, fingers: Fingers = "one"): string =>
  BOXES[fingers]
    .map(
      ({ half, centre: [x, y, z] }) =>
        `<geom size="${half.join(" ")}" pos="${x} ${side * y} ${(PAD + z).toFixed(6)}"/>`,
    )
    .join("");

async function load(): Promise<Mujoco> {
  const { folder } = await makePeer<{ folder: string }>("mujoco");
  const file = createRequire(join(folder, "package.json")).resolve("@mujoco/mujoco");
  const module = (await import(pathToFileURL(file).href)) as { default(): Promise<Mujoco> };
  return module.default();
}

let loading: Promise<Mujoco> | null = null;
/** once: a model of settings is small, the module is not */
const mujocoModule = (): Promise<Mujoco> => {
  loading ??= load();
  return loading;
};

/** MuJoCo at these settings. */
export async function openMujoco(options: MujocoOptions): Promise<Simulator & { hold(): Held }> {
  const mujoco = await mujocoModule();
  const { rate } = options;
  const dt = 1 / rate;
  const xml = optionsXml(
    readFileSync(join(ROOT, "bench", "peers", "mujoco-scene.xml"), "utf8"),
    options,
  ).replaceAll('<geom mass="0.1"/>', `<geom mass="${options.mass ?? 0.1}"/>`);
  const model = mujoco.MjModel.from_xml_string(xml);
  const data = new mujoco.MjData(model);
  const substeps = rate / CONTROL_RATE;
  const observation = new Float64Array(9 + 9 + 12 + 1 + 35);
  let grip = 0.04;

  const reset = (): void => {
    mujoco.mj_resetDataKeyframe(model, data, 0);
    mujoco.mj_forward(model, data);
    grip = 0.04;
  };

  function move(a: SetPoint, b: SetPoint): void {
    const { ctrl, qpos } = data;
    const period = 1 / CONTROL_RATE;
    for (let s = 1; s <= substeps; s++) {
      const u = s / substeps;
      for (let j = 0; j < 7; j++) {
        const [p, v, q, w] = [a.q[j]!, a.qd[j]! * period, b.q[j]!, b.qd[j]! * period];
        const [square, cube] = [3 * (q - p) - 2 * v - w, 2 * (p - q) + v + w];
        const speed = (v + u * (2 * square + 3 * u * cube)) / period;
        ctrl[j] = p + u * (v + u * (square + u * cube)) + SERVO_LAG * speed;
      }
      const floor = qpos[7]! - (2 * SQUEEZE) / GRIP_STIFFNESS;
      const step = GRIP_SPEED * dt;
      grip = Math.max(floor, grip + Math.max(-step, Math.min(step, b.grip - grip)));
      ctrl[7] = grip;
      mujoco.mj_step(model, data);
    }
  }

  function observe(): void {
    const { qpos, qvel, site_xpos, site_xmat } = data;
    observation.set(qpos.subarray(0, 9), 0);
    observation.set(qvel.subarray(0, 9), 9);
    observation.set(site_xpos.subarray(0, 3), 18);
    observation.set(site_xmat.subarray(0, 9), 21);
    observation[30] = qpos[7]! + qpos[8]!;
    observation.set(qpos.subarray(9, 44), 31);
  }

  return {
    name: `MuJoCo ${mujoco.mj_versionString()} (WebAssembly)`,
    rate,
    episode: () => {
      reset();
      return timeEpisode((k) => {
        move(setPoints[k]!, setPoints[k + 1]!);
        observe();
        return observation[33]!;
      });
    },
    hold: () => {
      reset();
      return shake({
        move,
        toolPose: () => ({ position: triple(data.site_xpos, 0), orientation: quaternion(data.site_xmat) }),
        cubePose: () => {
          const [w, x, y, z] = data.qpos.subarray(12, 16) as unknown as [number, number, number, number];
          return { position: triple(data.qpos, 9), orientation: [x, y, z, w] };
        },
      });
    },
    close: () => {
      data.delete();
      model.delete();
    },
  };
}

const triple = (from: Float64Array, at: number): [number, number, number] => [
  from[at]!,
  from[at + 1]!,
  from[at + 2]!,
];

/** Of a rotation of less than half a turn from "pointing down" either way: w or x is large there. */
function quaternion(m: Float64Array): Pose["orientation"] {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = m as unknown as number[] as [
    ...[number, number, number, number, number, number, number, number, number],
  ];
  const four = (value: number) => Math.sqrt(Math.max(0, value));
  const [w, x, y, z] = [1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz].map(
    (value) => four(value) / 2,
  ) as [number, number, number, number];
  const largest = Math.max(w, x, y, z);
  if (largest === w) return [(zy - yz) / (4 * w), (xz - zx) / (4 * w), (yx - xy) / (4 * w), w];
  if (largest === x) return [x, (xy + yx) / (4 * x), (xz + zx) / (4 * x), (zy - yz) / (4 * x)];
  if (largest === y) return [(xy + yx) / (4 * y), y, (yz + zy) / (4 * y), (xz - zx) / (4 * y)];
  return [(xz + zx) / (4 * z), (yz + zy) / (4 * z), z, (yx - xy) / (4 * z)];
}

/** The yaw of the T of `quasi-static-push`, rad, pushed by a stiff slide for that long. */
export async function mujocoPushedYaw(options: MujocoOptions, seconds: number): Promise<number> {
  const mujoco = await mujocoModule();
  const box = ({ hx, hy, y, mass }: (typeof PARTS)[number]): string =>
    `<geom type="box" size="${hx} ${hy} 0.015" pos="0 ${y} 0" mass="${mass}"/>`;
  const [x, y] = PUSHER.from;
  const xml = optionsXml(
    `<mujoco><option/><default><geom solref="0" friction="${FRICTION} 0.005 0.0001"/></default><worldbody>
      <geom type="plane" size="2 2 0.1" contype="1" conaffinity="1"/>
      <body pos="0 0 0.015"><freejoint/>${PARTS.map(box).join("")}</body>
      <body pos="${x} ${y} 0.02" gravcomp="1"><joint name="push" type="slide" axis="1 0 0"/>
        <geom type="cylinder" size="${PUSHER.radius} 0.01" mass="1" contype="2" conaffinity="1"/></body>
    </worldbody><actuator><position joint="push" kp="100000" kv="1000"/></actuator></mujoco>`.replace(
      "<option/>",
      '<option timestep="1"/>',
    ),
    options,
  );
  const model = mujoco.MjModel.from_xml_string(xml);
  const data = new mujoco.MjData(model);
  for (let step = 1; step <= Math.round(seconds * options.rate); step++) {
    // Its velocity fed forward, as to the joints of the arm.
    data.ctrl[0] = PUSHER.speed * (step / options.rate + 0.01);
    mujoco.mj_step(model, data);
  }
  const yaw = 2 * Math.atan2(data.qpos[6]!, data.qpos[3]!);
  data.delete();
  model.delete();
  return yaw;
}
