/**
 * A scripted demonstrator that wipes: takes the target as any other thing, carries it over the place, presses until the
 * wrist feels the force that is wanted, and follows the place wherever it goes on, keeping that force. Closed loop on
 * the exact scene and the wrist's force, for demonstrations only. Frame of the arm's base, metres, newtons.
 */
import {
  createRandom,
  type Demonstrator,
  type Environment,
  objectById,
  planarDistance,
  type Vec3,
} from "../../core/index.js";
import { createGraspScript } from "./grasp-script.js";
import { createHandMotion, type WayPoint } from "./hand-motion.js";
import type { Move } from "./moves.js";
import { DEFAULT_STYLE, type DemonstrationStyle } from "./task.js";

type Phase = "take" | "carry" | "wipe" | "leave";

/** How it is taken: either way round. */
const TAKE: Move = {
  target: "target",
  put: null,
  symmetry: 2,
  grasp: [0, 0, 0.008],
  lift: 0.12,
  clear: 0.7,
  leave: 0.2,
};
/** m of the tool above the table on the way, and of the sponge at which it counts as taken */
const HEIGHT = { carry: 0.1, taken: 0.03 } as const;
/** N/m with which arm and fingers give, about: how far down for a force */
const STIFFNESS = 7000;
/** m up or down that a step may aim at */
const MOST = { down: 0.012, up: 0.006 } as const;
/** share of the speed and of the tremble while it presses */
const CARE = 0.35;
/** share of the force wanted by which people press harder or softer in an episode, times how far they miss */
const UNEVEN = 0.3;

/**
 * A demonstrator that wipes, one an episode.
 * @param press N to keep
 */
export function createWipeScript(
  seed: number,
  press: number,
  style: DemonstrationStyle = DEFAULT_STYLE,
): Demonstrator {
  const random = createRandom(seed).fork("wiping");
  const hand = createHandMotion(random, style);
  const wanted = press * (1 + hand.scatter * random.uniform(-UNEVEN, UNEVEN));
  const taking = createGraspScript(seed, style, [TAKE]);
  let phase: Phase = "take";

  return {
    act: (environment) => {
      const { sponge, spot, tool, force, width, command } = look(environment);
      const lost = width < 0.02 || planarDistance(sponge, tool) > 0.03;
      if (phase === "take" && sponge[2] > HEIGHT.taken + 0.02 && !lost) phase = "carry";
      else if (phase !== "take" && lost) phase = "take";
      else if (phase === "carry" && planarDistance(sponge, spot) < 0.012) phase = "wipe";
      if (phase === "wipe" && spot[2] < 0) phase = "leave";
      if (phase === "take") return taking.act(environment);
      const [x, y, z, yaw] = hand.next(command, wayPoint(phase, { sponge, spot, force, command }, wanted));
      return Float64Array.of(x, y, z, yaw, 0);
    },
  };
}

interface Felt {
  readonly sponge: Vec3;
  /** where to go on wiping */
  readonly spot: Vec3;
  /** N up on the wrist */
  readonly force: number;
  readonly command: Float64Array;
}

function wayPoint(
  phase: Exclude<Phase, "take">,
  { sponge, spot, force, command }: Felt,
  wanted: number,
): WayPoint {
  const [x, y, z, yaw] = command as unknown as [number, number, number, number];
  if (phase === "leave") return { position: [x, y, HEIGHT.carry], yaw, care: 1 };
  // The sponge is to arrive, not the tool.
  const over: readonly [number, number] = [x + spot[0] - sponge[0], y + spot[1] - sponge[1]];
  if (phase === "carry") return { position: [...over, HEIGHT.carry], yaw, care: 1 };
  const deeper = Math.min(MOST.down, Math.max(-MOST.up, (wanted - force) / STIFFNESS));
  const away = sponge[2] > HEIGHT.taken;
  return { position: [...over, away ? z - MOST.down : z - deeper], yaw, care: CARE };
}

function look(environment: Environment): Felt & { readonly tool: Vec3; readonly width: number } {
  const scene = environment.scene();
  const goal = environment.goal();
  const { values } = environment.observe();
  const tool = values["observation.ee.position"]! as unknown as Vec3;
  return {
    sponge: objectById(scene, goal.target!)!.pose.position,
    spot: objectById(scene, goal.place!)!.pose.position,
    tool,
    force: values["observation.wrist.force"]![2]!,
    width: values["observation.gripper.width"]![0]!,
    command: environment.command(),
  };
}
