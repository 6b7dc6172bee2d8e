/**
 * Profiles: where a robot's features live on a wire, as data. Topics, actions, types, the wire's names of joints, how
 * its gripper counts, the frame of detections. One profile a robot; it can be kept as a JSON file, and is checked
 * before use. Those of the house are in `profiles.ts`. What the numbers mean is the contract's affair, not the profile's.
 */
import * as z from "zod/mini";
import { InputError, normalize, type Pose, type Quat, refuse } from "../../core/index.js";
import { openingTrouble } from "./opening.js";

const name = z.string().check(z.minLength(1), z.maxLength(200));
const topic = z.string().check(z.regex(/^\/[A-Za-z0-9_~/]{1,198}$/, "must be an absolute ROS name"));
const finite = z.number();
const positive = z.number().check(z.positive());
/** x y z w */
const quaternion = z.tuple([finite, finite, finite, finite]);
const pose = z.strictObject({ position: z.tuple([finite, finite, finite]), orientation: quaternion });

/** `/detections`: `poseOfFrame` is the frame of the messages in the contract's frame. */
const detections = z.strictObject({ topic, frame: name, poseOfFrame: pose });

/** How the robot is stopped, besides ending its motion: any of these, sent on a connection of its own. */
const stopping = z.strictObject({
  /** std_msgs/Bool: true stops, and is repeated while stopped */
  lock: z.nullable(topic),
  /** std_srvs/Trigger */
  service: z.nullable(topic),
});

/** The opening between the pads, m, against what the wire counts: `[[0, 0], [0.08, 0.04]]` for one finger of two. */
const opening = z.array(z.tuple([finite, finite])).check(
  z.minLength(2),
  z.maxLength(64),
  z.refine((pairs) => openingTrouble(pairs) === null, "pairs must rise in m, and rise or fall in position"),
);

const common = {
  version: z.literal(2),
  /** what a person types to consent to a real robot */
  name,
  detections: z.nullable(detections),
  stop: stopping,
  /** std_msgs/String: holders of command announce themselves at 10 Hz; null: no agreement with other clients */
  lease: z.nullable(topic),
};

const armWire = {
  joints: z.strictObject({
    topic,
    /** the contract's names → the wire's */
    names: z.record(name, name),
    /** joints of the gripper; the mean of their positions is what `opening` counts */
    fingers: z.array(name).check(z.minLength(1), z.maxLength(4)),
    opening,
    /** rad that joints may rest off where they were sent: more than 0 for servos that know nothing of gravity */
    droop: z.number().check(z.gte(0), z.lte(0.5)),
  }),
  /** one way, so that two of them never compete */
  arm: z.discriminatedUnion("via", [
    z.strictObject({ via: z.literal("topic"), topic }),
    z.strictObject({ via: z.literal("action"), action: topic }),
  ]),
  /** positions on the wire are those of `opening` */
  gripper: z.discriminatedUnion("via", [
    z.strictObject({ via: z.literal("gripper-command"), action: topic, effort: positive }),
    z.strictObject({ via: z.literal("parallel-gripper"), action: topic, joint: name, effort: positive }),
    z.strictObject({
      via: z.literal("trajectory"),
      topic,
      joints: z.array(name).check(z.minLength(1), z.maxLength(4)),
      seconds: positive,
    }),
    /** one more joint of the arm's own trajectories, this many units a second at most */
    z.strictObject({ via: z.literal("with-arm"), joint: name, speed: positive }),
  ]),
};

const armProfile = z.strictObject({ kind: z.literal("arm"), ...common, ...armWire });

const baseWire = {
  command: z.strictObject({
    topic,
    /** `ask`: rosapi says; distributions differ, see the topic's documentation */
    type: z.enum(["geometry_msgs/msg/Twist", "geometry_msgs/msg/TwistStamped", "ask"]),
    frame: name,
  }),
  odometry: topic,
  /** sensor_msgs/Imu, by whose orientation it knows how far it leans, and how it is mounted; null: nothing says so */
  imu: z.nullable(z.strictObject({ topic, mount: quaternion })),
  /** geometry_msgs/PoseWithCovarianceStamped on the map; null: odometry is the map */
  mapPose: z.nullable(topic),
};

const scan = z.strictObject({
  topic,
  /** the laser in the base's frame: m, rad */
  mount: z.strictObject({ x: finite, y: finite, yaw: finite }),
  /** a reading that is no number: JSON bridges write null for "nothing in range" and for "broken" alike */
  missing: z.enum(["free", "blocked"]),
});

const baseProfile = z.strictObject({ kind: z.literal("base"), ...common, ...baseWire, scan });

const mobileProfile = z.strictObject({
  kind: z.literal("mobile"),
  ...common,
  ...baseWire,
  /** null: nothing stops the base before what is in its way */
  scan: z.nullable(scan),
  ...armWire,
  /** one joint that slides, m above its lowest, by a controller of its own */
  lift: z.strictObject({ topic, joint: name }),
});

const profile = z.discriminatedUnion("kind", [armProfile, baseProfile, mobileProfile]);

/** Where an arm's joints, trajectories, gripper and detections are on a wire. */
export type ArmProfile = z.infer<typeof armProfile>;
/** Where a base's twists, odometry, map pose, scan and detections are on a wire. */
export type BaseProfile = z.infer<typeof baseProfile>;
/** Where a mobile manipulator's base, lift, arm, gripper and detections are on a wire. */
export type MobileProfile = z.infer<typeof mobileProfile>;
/** A profile of any kind. */
export type Profile = ArmProfile | BaseProfile | MobileProfile;

/** The profile, or a refusal that names the field. */
export function parseProfile(value: unknown): Profile {
  const parsed = z.safeParse(profile, value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new InputError(["profile", ...path.map(String)].join("."), message);
}

/** The frame of a profile's detections in the contract's frame, a unit quaternion made of what the file says. */
export const frameOfDetections = ({ poseOfFrame }: NonNullable<Profile["detections"]>): Pose => ({
  position: poseOfFrame.position,
  orientation: unit("profile.detections.poseOfFrame.orientation", poseOfFrame.orientation),
});

/** base_link ← the inertial sensor. */
export const mountOfImu = ({ mount }: NonNullable<BaseProfile["imu"]>): Quat =>
  unit("profile.imu.mount", mount);

function unit(place: string, told: Quat): Quat {
  const length = Math.hypot(...told);
  return length > 0.5 && length < 2 ? normalize(told) : refuse(place, "must be a unit quaternion", told);
}
