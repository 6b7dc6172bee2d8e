/** A trial as a film of states: everything the view needs to draw it. Frame of the scene; seconds, metres, radians. */
import { drives, type Environment, type SceneObject, type Vec3 } from "../../core/index.js";
import { type ViewState, viewStateOf } from "../../sim/view/index.js";

/** What was seen of a trial. */
export interface Watched {
  /** what stands around the robot, at the beginning */
  readonly objects: readonly SceneObject[];
  /** one a frame */
  readonly states: readonly ViewState[];
  /** of the tool, or of the base, in every frame */
  readonly trail: readonly Vec3[];
}

/** Looks at an environment that shows its robot, a frame every so many seconds. */
export interface Watcher {
  look(): void;
  readonly seen: Watched;
}

/** m above the floor at which a base's way is drawn */
const ABOVE_FLOOR = 0.02;

/** @param every seconds between frames */
export function watcher(environment: Environment, every: number): Watcher {
  const states: ViewState[] = [];
  const trail: Vec3[] = [];
  const { control } = environment.contract;
  const mobile = drives(environment.contract);
  return {
    seen: { objects: environment.scene().objects, states, trail },
    look: () => {
      const time = environment.time();
      const last = states.at(-1);
      if (last !== undefined && time - last.time < every - 1e-9) return;
      const robot = environment.robotState?.();
      if (robot === undefined) return;
      const { joints, root, tool } = robot;
      const shown = { ...robot, ...(mobile ? { base: root } : {}) };
      // A list: the state goes to a page as JSON.
      states.push({ ...viewStateOf(environment.scene(), shown), joints: Array.from(joints) });
      const [x, y, z] = root.position;
      trail.push(control === "base-twist" ? [x, y, z + ABOVE_FLOOR] : [...tool.position]);
    },
  };
}
