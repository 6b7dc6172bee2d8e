/**
 * MuJoCo, Google DeepMind's own WebAssembly build, making the motion of `tabletop-motion` on `mujoco-scene.xml`.
 * One step: joint targets for every physics step (linear between set-points, velocity fed forward), the physics
 * steps, and the observation read: joints and their velocities, tool pose, opening, five cubes. Awake: nothing sleeps.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CONTROL_RATE, type Simulator, SQUEEZE, setPoints, timeEpisode } from "../tabletop-motion.js";
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

/** @param rate hertz of physics steps, a multiple of 20 */
export async function openMujoco(rate: number): Promise<Simulator> {
  const { folder } = await makePeer<{ folder: string }>("mujoco");
  const file = createRequire(join(folder, "package.json")).resolve("@mujoco/mujoco");
  const module = (await import(pathToFileURL(file).href)) as { default(): Promise<Mujoco> };
  const mujoco = await module.default();
  const dt = 1 / rate;
  const xml = readFileSync(join(ROOT, "bench", "peers", "mujoco-scene.xml"), "utf8")
    .replace(/timestep="[^"]*"/, `timestep="${dt}"`)
    .replace(/<geom solref="[^"]*"/, `<geom solref="${Math.max(0.004, 2.05 * dt).toFixed(4)} 1"`);
  const model = mujoco.MjModel.from_xml_string(xml);
  const data = new mujoco.MjData(model);
  const substeps = rate / CONTROL_RATE;
  const observation = new Float64Array(9 + 9 + 12 + 1 + 35);
  let grip = 0.04;

  function step(k: number): number {
    const { ctrl, qpos } = data;
    const [a, b] = [setPoints[k]!.q, setPoints[k + 1]!];
    for (let s = 1; s <= substeps; s++) {
      for (let j = 0; j < 7; j++) {
        const d = b.q[j]! - a[j]!;
        ctrl[j] = a[j]! + (d * s) / substeps + SERVO_LAG * d * CONTROL_RATE;
      }
      const floor = qpos[7]! - (2 * SQUEEZE) / GRIP_STIFFNESS;
      const move = GRIP_SPEED * dt;
      grip = Math.max(floor, grip + Math.max(-move, Math.min(move, b.grip - grip)));
      ctrl[7] = grip;
      mujoco.mj_step(model, data);
    }
    observe();
    return observation[33]!;
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
      mujoco.mj_resetDataKeyframe(model, data, 0);
      mujoco.mj_forward(model, data);
      grip = 0.04;
      return timeEpisode(step);
    },
    close: () => {
      data.delete();
      model.delete();
    },
  };
}
