/**
 * A scene as `vision_msgs/Detection3DArray`, both ways: the twin says what its detector saw, drivers read what any
 * detector says. The class is `<colour>_<class>` or `<class>`; the id names the object while it is tracked. On the
 * wire a pose is the middle of the bounding box; in a scene a bin's is the middle of its floor, a nut's that of its hole.
 */
import {
  COLOURS,
  compose,
  invert,
  normalize,
  OBJECT_CLASSES,
  type Pose,
  type Scene,
  type SceneObject,
  type Vec3,
} from "../../core/index.js";
import type { RosMessage } from "../ros2/graph.js";
import { detectionsMessage, readDetections } from "../ros2/messages.js";
import type { RosTime } from "../ros2/ros-client.js";
import { secondsOf } from "../ros2/time.js";
import { frameOfDetections, type Profile } from "./profile.js";

/** Bound on the objects of one scene; the rest is left out. */
const MOST_OBJECTS = 256;

/** @param stamp when the detector looked, on the robot's clock */
export const messageOfScene = (scene: Scene, stamp: RosTime): RosMessage =>
  detectionsMessage({
    stamp,
    frame: scene.frame,
    detections: scene.objects.map(({ id, class: kind, colour, size, pose, uncertainty }) => ({
      id,
      classId: colour === null ? kind : `${colour}_${kind}`,
      score: 1,
      pose: compose(pose, boxFromObject(kind, size)),
      size,
      uncertainty,
    })),
  });

/** A scene in the robot's own frame, in the frame that messages are in. */
export function sceneForMessages(scene: Scene, detections: NonNullable<Profile["detections"]>): Scene {
  const messageFromScene = invert(frameOfDetections(detections));
  const objects = scene.objects.map((object) => ({
    ...object,
    pose: compose(messageFromScene, object.pose),
  }));
  return { ...scene, frame: detections.frame, objects };
}

/**
 * The scene of a message; null when it is in another frame than the profile says, or without a stamp. What cannot
 * be read (an unknown class, a pose that is none) is left out: not understood is not seen.
 * @param messageFrame the frame that messages must be in
 * @param sceneFromMessage that frame in the scene's
 */
export function sceneOfMessage(
  message: RosMessage,
  messageFrame: string,
  frame: string,
  sceneFromMessage: Pose,
): Scene | null {
  const { stamp, frame: said, detections } = readDetections(message);
  if (said !== messageFrame || stamp === null) return null;
  const time = secondsOf(stamp);
  const objects: SceneObject[] = [];
  for (const { id, classId, pose, size, uncertainty } of detections.slice(0, MOST_OBJECTS)) {
    const kind = kindOf(classId);
    const length = Math.hypot(...pose.orientation);
    if (kind === null || id === "" || size.some((extent) => extent < 0) || Math.abs(length - 1) > 0.1)
      continue;
    const box: Pose = { position: pose.position, orientation: normalize(pose.orientation) };
    const [x, y, z] = boxFromObject(kind.class, size).position;
    const objectFromBox: Pose = { position: [-x, -y, -z], orientation: [0, 0, 0, 1] };
    objects.push({
      id,
      ...kind,
      size,
      pose: compose(sceneFromMessage, compose(box, objectFromBox)),
      uncertainty,
      time,
    });
  }
  return { frame, time, source: "detector", privileged: false, objects };
}

/** How far above the origin of its class a box has its middle, in its heights: a bin's and a drawer's is the floor, a table's the top. */
const MIDDLE: Readonly<Partial<Record<SceneObject["class"], number>>> = {
  bin: 0.5,
  drawer: 0.5,
  table: -0.5,
};

/** The middle of the box in the object's own frame. */
const boxFromObject = (kind: SceneObject["class"], [length, width, height]: Vec3): Pose => ({
  // A nut is square but for the handle along x that makes it longer than wide.
  position: [kind === "nut" ? (length - width) / 2 : 0, 0, (MIDDLE[kind] ?? 0) * height],
  orientation: [0, 0, 0, 1],
});

function kindOf(classId: string): Pick<SceneObject, "class" | "colour"> | null {
  const parts = classId.split("_");
  const kind = OBJECT_CLASSES.find((known) => known === parts.at(-1));
  const colour = parts.length === 2 ? COLOURS.find((known) => known === parts[0]) : null;
  return kind === undefined || colour === undefined || parts.length > 2 ? null : { class: kind, colour };
}
