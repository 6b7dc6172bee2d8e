/** What a detector on a twin sees, as ROS 2 detections: each picture of the scene once, with the age that it has. */
import type { Scene } from "../../core/index.js";
import { createDetector, DETECTOR, type DetectorModel } from "../../sim/index.js";
import { messageOfScene, sceneForMessages } from "../drivers/detections.js";
import type { Profile } from "../drivers/profile.js";
import type { RosGraph } from "../ros2/graph.js";
import { ROS_TYPE } from "../ros2/messages.js";
import type { TwinTime } from "./twin-time.js";

export interface SeenOptions {
  readonly graph: RosGraph;
  readonly time: TwinTime;
  /** where they are on the wire; null: nowhere */
  readonly detections: Profile["detections"];
  readonly sim: { time(): number; scene(): Scene };
  /** of the detector's noise */
  readonly seed: number;
  /** default: the noise, rate and age of the house's detector */
  readonly detector?: DetectorModel | undefined;
}

/** Publishes with every step of the simulation, when called, what is newly seen. */
export function publishSeen({
  graph,
  time,
  detections,
  sim,
  seed,
  detector: model,
}: SeenOptions): () => void {
  if (detections === null) return () => {};
  const publish = graph.advertise(detections.topic, ROS_TYPE.detections);
  const detector = createDetector(model ?? DETECTOR, seed, sim.scene());
  let said: Scene | null = null;
  return () => {
    detector.advance(sim.time(), () => sim.scene());
    const seen = detector.scene();
    if (seen.time === said?.time) return;
    said = seen;
    publish(messageOfScene(sceneForMessages(seen, detections), time.ago(sim.time() - seen.time)));
  };
}
