/** One picture of a film strip: what stands where, and where the robot is, taken from an observation. */
import { type Observation, type Quat, type Scene, toolYaw, type Vec3, yawOf } from "../../core/index.js";
import type { FilmFrame } from "./result.js";

/** @param scene what is drawn: exact in simulation, as seen on a robot */
export function takePicture(time: number, observation: Observation, scene: Scene): FilmFrame {
  const read = (name: string): number[] | null => {
    const values = observation.values[name];
    return values === undefined ? null : Array.from(values);
  };
  const tool = read("observation.ee.position");
  const toolTurn = read("observation.ee.orientation");
  const width = read("observation.gripper.width");
  const base = read("observation.base.position");
  const baseTurn = read("observation.base.orientation");
  return {
    time,
    objects: scene.objects,
    tool:
      tool === null || toolTurn === null
        ? null
        : {
            position: tool as unknown as Vec3,
            yaw: toolYaw(toolTurn as unknown as Quat),
            width: width?.[0] ?? 0,
          },
    base:
      base === null || baseTurn === null
        ? null
        : { position: base as unknown as Vec3, yaw: yawOf(baseTurn as unknown as Quat) },
  };
}
