/**
 * The newest scene of a detections topic, with its age, and the goal features that are filled from it. Knows
 * nothing of how a detector works; what it last said ages until it says something new.
 */
import { type Contract, type GoalBinding, objectById, type Scene, scenePart } from "../../core/index.js";
import { ROS_TYPE } from "../ros2/messages.js";
import type { RosClient, RosTime } from "../ros2/ros-client.js";
import { rosTime } from "../ros2/time.js";
import { sceneOfMessage } from "./detections.js";
import { frameOfDetections, type Profile } from "./profile.js";

/** s: an object last seen longer ago is not seen; goal features made of it are withheld */
export const SCENE_AGE = 0.5;

export interface SceneTopic {
  latest(): { readonly scene: Scene; readonly age: number } | null;
  close(): void;
}

/** @param frame the contract's; @param onTrouble hears once of messages that cannot be used */
export function watchScene(
  client: RosClient,
  detections: Profile["detections"],
  frame: string,
  onTrouble: (detail: string) => void,
): SceneTopic {
  let newest: { readonly scene: Scene; readonly stamp: RosTime } | null = null;
  let told = false;
  if (detections === null) return { latest: () => null, close: () => {} };
  const sceneFromMessage = frameOfDetections(detections);
  const close = client.subscribe(detections.topic, ROS_TYPE.detections, (message) => {
    const scene = sceneOfMessage(message, detections.frame, frame, sceneFromMessage);
    if (scene !== null) {
      newest = { scene, stamp: rosTime(scene.time) };
      return;
    }
    if (!told) onTrouble(`${detections.topic}: messages must be stamped and in frame ${detections.frame}`);
    told = true;
  });
  return {
    latest: () => (newest === null ? null : { scene: newest.scene, age: client.ageOf(newest.stamp) }),
    close,
  };
}

/** The goal features of bound slots whose object is seen, freshly enough. */
export function goalValues(
  goals: Contract["goals"],
  binding: GoalBinding,
  seen: { readonly scene: Scene; readonly age: number } | null,
): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {};
  if (seen === null || seen.age > SCENE_AGE) return values;
  for (const { name, source } of goals) {
    if (source.kind !== "scene") continue;
    const object = objectById(seen.scene, binding[source.slot] ?? "");
    if (object === undefined) continue;
    values[name] = Float32Array.from(scenePart(object, source.part));
  }
  return values;
}
