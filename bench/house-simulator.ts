/**
 * Our simulator making the motion of `tabletop-motion`, through the door that the twin uses. The observation is read as
 * the product reads it: joints and their velocities, tool pose, opening, the scene with its five cubes.
 */
import { chainTo, PANDA, PANDA_TOOL, toolPose, toolYaw } from "../core/index.js";
import { type ArmSim, createArmSim, cubesAndBins, initEngine, type Layout, TABLETOP } from "../sim/index.js";
import { type Fingers, pandaWith } from "./fingers.js";
import { type Held, shake } from "./hold.js";
import {
  CONTROL_RATE,
  CUBES,
  type SetPoint,
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

/** How ours steps. */
export interface HouseOptions {
  /** hertz of physics steps, a multiple of 20 */
  readonly rate: number;
  /** whether resting things may sleep; default false */
  readonly sleep?: boolean;
  /** kg of every cube; default 0.1 */
  readonly mass?: number;
  /** default the product's five boxes */
  readonly fingers?: Fingers;
}

/** Our simulator at these settings. */
export async function openHouse(options: HouseOptions): Promise<Simulator & { hold(): Held }> {
  await initEngine();
  const { size, mass, friction } = TABLETOP.cube;
  if (JSON.stringify({ size, mass, friction }) !== JSON.stringify(PEER_CUBE))
    throw new Error("our cubes are no longer those of the peer's scene: change mujoco-scene.xml too");
  const { rate, sleep = false, fingers = "five" } = options;
  const substeps = rate / CONTROL_RATE;
  const open = (): ArmSim =>
    createArmSim(0, {
      dt: 1 / rate,
      robot: pandaWith(fingers),
      setup: cubesAndBins(layout()),
      sleep,
      massScale: (options.mass ?? mass) / mass,
    });
  const move = (sim: ArmSim, to: SetPoint): void => {
    sim.setJointTarget(to.q, to.qd, PERIOD);
    sim.setGripper(2 * to.grip, SQUEEZE);
    for (let s = 0; s < substeps; s++) sim.tick();
  };
  return {
    name: "Apprentice",
    rate,
    episode: () => {
      const sim = open();
      const episode = timeEpisode((k) => {
        move(sim, setPoints[k + 1]!);
        return observe(sim);
      });
      sim.free();
      return episode;
    },
    hold: () => {
      const sim = open();
      const held = shake({
        move: (_, to) => move(sim, to),
        toolPose: () => sim.toolPose(),
        cubePose: () => sim.scene().objects.find(({ id }) => id === "cube0")!.pose,
      });
      sim.free();
      return held;
    },
    close: () => {},
  };
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
