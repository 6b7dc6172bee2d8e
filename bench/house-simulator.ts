/**
 * Our simulator making the motion of `tabletop-motion`, through the door that the twin uses. Awake: nothing
 * sleeps. Fingers: five rounded boxes each. The observation is read as the product reads it: joints and their
 * velocities, tool pose, opening, the scene with its five cubes.
 */
import {
  chainTo,
  compose,
  createIk,
  distance,
  invert,
  PANDA,
  PANDA_TOOL,
  type Pose,
  toolPose,
  toolYaw,
} from "../core/index.js";
import { type ArmSim, createArmSim, cubesAndBins, initEngine, type Layout, TABLETOP } from "../sim/index.js";
import {
  CONTROL_RATE,
  CUBES,
  type Simulator,
  SQUEEZE,
  setPoints,
  timeEpisode,
  WAYPOINTS,
} from "./tabletop-motion.js";

const chain = chainTo(PANDA, PANDA_TOOL);
const PERIOD = 1 / CONTROL_RATE;

function layout(): Layout {
  const { position, orientation } = toolPose(chain, WAYPOINTS.above);
  return {
    cubes: CUBES.map(([x, y], index) => ({
      id: `cube${index}`,
      colour: "red",
      x,
      y,
      yaw: 0,
      bin: null,
    })),
    bins: [],
    tool: { x: position[0], y: position[1], z: position[2], yaw: toolYaw(orientation) },
    target: "cube0",
    place: "",
  };
}

/** What `mujoco-scene.xml` has: m, kg. */
const PEER_CUBE = { size: 0.04, mass: 0.1, friction: 0.8 };

/** @param rate hertz of physics steps, a multiple of 20 */
export async function openHouse(rate: number): Promise<Simulator> {
  await initEngine();
  const { size, mass, friction } = TABLETOP.cube;
  if (JSON.stringify({ size, mass, friction }) !== JSON.stringify(PEER_CUBE))
    throw new Error("our cubes are no longer those of the peer's scene: change mujoco-scene.xml too");
  const substeps = rate / CONTROL_RATE;
  return {
    name: "Apprentice",
    rate,
    episode: () => {
      const sim = createArmSim(0, { dt: 1 / rate, setup: cubesAndBins(layout()), sleep: false });
      const step = (k: number): number => {
        drive(sim, k);
        for (let s = 0; s < substeps; s++) sim.tick();
        return observe(sim);
      };
      const episode = timeEpisode(step);
      sim.free();
      return episode;
    },
    close: () => {},
  };
}

function drive(sim: ArmSim, k: number): void {
  const next = setPoints[k + 1]!;
  sim.setJointTarget(next.q, next.qd, PERIOD);
  sim.setGripper(2 * next.grip, SQUEEZE);
}

const observation = new Float64Array(7 + 7 + 7 + 1 + 35);

/** Reads everything; returns the height of the first cube. */
function observe(sim: ArmSim): number {
  observation.set(sim.q, 0);
  observation.set(sim.qd, 7);
  const tool = sim.toolPose();
  observation.set(tool.position, 14);
  observation.set(tool.orientation, 17);
  observation[21] = sim.gripperWidth();
  sim.scene().objects.forEach(({ pose }, index) => {
    observation.set(pose.position, 22 + 7 * index);
    observation.set(pose.orientation, 25 + 7 * index);
  });
  return observation[24]!;
}

/** How far a held cube slips in the hand, m, over 10 s of shaking at up to about 7 m/s², and a second of rest. */
export async function shake(rate: number): Promise<{ readonly slip: number; readonly held: boolean }> {
  await initEngine();
  const sim = createArmSim(0, { dt: 1 / rate, setup: cubesAndBins(layout()), sleep: false });
  const substeps = rate / CONTROL_RATE;
  const held = setPoints.findIndex((_, k) => k / CONTROL_RATE >= 5);
  for (let k = 0; k < held; k++) {
    drive(sim, k);
    for (let s = 0; s < substeps; s++) sim.tick();
  }
  const handFromCube = (): Pose =>
    compose(invert(sim.toolPose()), sim.scene().objects.find(({ id }) => id === "cube0")!.pose);
  const before = handFromCube();
  const ik = createIk(chain);
  const { position, orientation } = toolPose(chain, WAYPOINTS.lift);
  const wave = (amplitude: number, hertz: number, t: number) =>
    amplitude * Math.min(1, t) * Math.sin(2 * Math.PI * hertz * t);
  const goal = (t: number): Pose => ({
    position: [
      position[0] + wave(0.05, 1.3, t),
      position[1] + wave(0.1, 1, t),
      position[2] + wave(0.03, 2, t),
    ],
    orientation,
  });
  let q: ArrayLike<number> = WAYPOINTS.lift;
  const at = (t: number) => ik.solve(goal(t), q, { iterations: 100 }).q;
  const small = 1e-3;
  for (let k = 1; k <= 10 * CONTROL_RATE; k++) {
    const t = k * PERIOD;
    const [early, late] = [at(t - small), at(t + small)];
    q = at(t);
    const qd = Float64Array.from(late, (value, joint) => (value - early[joint]!) / (2 * small));
    sim.setJointTarget(q, qd, PERIOD);
    for (let s = 0; s < substeps; s++) sim.tick();
  }
  // At rest again, over where it began.
  sim.setJointTarget(WAYPOINTS.lift, new Float64Array(7), 0.5);
  for (let s = 0; s < rate; s++) sim.tick();
  const after = handFromCube();
  sim.free();
  const slip = distance(before.position, after.position);
  return { slip, held: slip < 0.005 };
}
