/**
 * Profiles: where a robot's features live on a wire, as data. Topics, actions, types, the wire's names of joints,
 * the frame of detections. One profile a robot; it can be kept as a JSON file, and is checked before use.
 * What the numbers mean is the contract's affair, not the profile's.
 */
import * as z from "zod/mini";
import { compose, FRANKA_HAND, IDENTITY_POSE, InputError, PANDA, type Pose } from "../../core/index.js";

const name = z.string().check(z.minLength(1), z.maxLength(200));
const topic = z.string().check(z.regex(/^\/[A-Za-z0-9_~/]{1,198}$/, "must be an absolute ROS name"));
const finite = z.number();
const positive = z.number().check(z.positive());
const pose = z.strictObject({
  position: z.tuple([finite, finite, finite]),
  orientation: z.tuple([finite, finite, finite, finite]),
});

/** `/detections`: `poseOfFrame` is the frame of the messages in the contract's frame. */
const detections = z.strictObject({ topic, frame: name, poseOfFrame: pose });

/** How the robot is stopped, besides ending its motion: any of these, sent on a connection of its own. */
const stopping = z.strictObject({
  /** std_msgs/Bool: true stops, and is repeated while stopped */
  lock: z.nullable(topic),
  /** std_srvs/Trigger */
  service: z.nullable(topic),
});

const common = {
  version: z.literal(1),
  /** what a person types to consent to a real robot */
  name,
  detections: z.nullable(detections),
  stop: stopping,
  /** std_msgs/String: holders of command announce themselves at 10 Hz; null: no agreement with other clients */
  lease: z.nullable(topic),
};

const armProfile = z.strictObject({
  kind: z.literal("arm"),
  ...common,
  joints: z.strictObject({
    topic,
    /** the contract's names → the wire's */
    names: z.record(name, name),
    /** finger joints whose positions add up to the opening between the pads */
    fingers: z.array(name).check(z.minLength(1), z.maxLength(4)),
  }),
  /** one way, so that two of them never compete */
  arm: z.discriminatedUnion("via", [
    z.strictObject({ via: z.literal("topic"), topic }),
    z.strictObject({ via: z.literal("action"), action: topic }),
  ]),
  /** positions on the wire are the opening times `scale`: 0.5 for a hand that counts one finger */
  gripper: z.discriminatedUnion("via", [
    z.strictObject({ via: z.literal("gripper-command"), action: topic, scale: positive, effort: positive }),
    z.strictObject({
      via: z.literal("parallel-gripper"),
      action: topic,
      joint: name,
      scale: positive,
      effort: positive,
    }),
    z.strictObject({
      via: z.literal("trajectory"),
      topic,
      joints: z.array(name).check(z.minLength(1), z.maxLength(4)),
      scale: positive,
      seconds: positive,
    }),
  ]),
});

const baseProfile = z.strictObject({
  kind: z.literal("base"),
  ...common,
  command: z.strictObject({
    topic,
    /** `ask`: rosapi says; distributions differ, see the topic's documentation */
    type: z.enum(["geometry_msgs/msg/Twist", "geometry_msgs/msg/TwistStamped", "ask"]),
    frame: name,
  }),
  odometry: topic,
  /** geometry_msgs/PoseWithCovarianceStamped on the map; null: odometry is the map */
  mapPose: z.nullable(topic),
  scan: z.strictObject({
    topic,
    /** the laser in the base's frame: m, rad */
    mount: z.strictObject({ x: finite, y: finite, yaw: finite }),
    /** a reading that is no number: JSON bridges write null for "nothing in range" and for "broken" alike */
    missing: z.enum(["free", "blocked"]),
  }),
});

const profile = z.discriminatedUnion("kind", [armProfile, baseProfile]);

/** Where an arm's joints, trajectories, gripper and detections are on a wire. */
export type ArmProfile = z.infer<typeof armProfile>;
/** Where a base's twists, odometry, map pose, scan and detections are on a wire. */
export type BaseProfile = z.infer<typeof baseProfile>;
/** A profile of either kind. */
export type Profile = ArmProfile | BaseProfile;

/** The profile, or a refusal that names the field. */
export function parseProfile(value: unknown): Profile {
  const parsed = z.safeParse(profile, value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new InputError(["profile", ...path.map(String)].join("."), message);
}

const joints = PANDA.joints.filter((joint) => joint.type === "revolute").map((joint) => joint.name);

/** A Panda behind ros2_control, as the twin and the vendor's MoveIt configuration name things. */
export function pandaProfile(options: Partial<Omit<ArmProfile, "kind" | "version">> = {}): ArmProfile {
  return {
    kind: "arm",
    version: 1,
    name: "panda",
    joints: {
      topic: "/joint_states",
      names: Object.fromEntries(joints.map((joint) => [joint, joint])),
      fingers: [...FRANKA_HAND.joints],
    },
    arm: { via: "topic", topic: "/panda_arm_controller/joint_trajectory" },
    gripper: {
      via: "gripper-command",
      action: "/panda_gripper/gripper_cmd",
      scale: 0.5,
      effort: FRANKA_HAND.force,
    },
    detections: { topic: "/detections", frame: "panda_link0", poseOfFrame: plainPose(IDENTITY_POSE) },
    stop: { lock: "/stop_lock", service: "/stop" },
    lease: "/panda/command_lease",
    ...options,
  };
}

/** The gripper by a trajectory on a topic: for bridges that know no actions (ros2-web-bridge). */
export const GRIPPER_BY_TOPIC: ArmProfile["gripper"] = {
  via: "trajectory",
  topic: "/panda_hand_controller/joint_trajectory",
  joints: [...FRANKA_HAND.joints],
  scale: 0.5,
  seconds: 0.1,
};

/** A differential-drive base under Nav2's usual names. */
export function diffDriveProfile(options: Partial<Omit<BaseProfile, "kind" | "version">> = {}): BaseProfile {
  return {
    kind: "base",
    version: 1,
    name: "diff-drive",
    command: { topic: "/cmd_vel", type: "geometry_msgs/msg/TwistStamped", frame: "base_link" },
    odometry: "/odom",
    mapPose: "/amcl_pose",
    scan: { topic: "/scan", mount: { x: 0, y: 0, yaw: 0 }, missing: "free" },
    detections: { topic: "/places", frame: "map", poseOfFrame: plainPose(IDENTITY_POSE) },
    stop: { lock: "/stop_lock", service: "/stop" },
    lease: "/diff_drive/command_lease",
    ...options,
  };
}

function plainPose({ position, orientation }: Pose): z.infer<typeof pose> {
  return { position: [...position], orientation: [...orientation] };
}

/** The frame of a profile's detections in the contract's frame, a unit quaternion made of what the file says. */
export const frameOfDetections = (each: NonNullable<Profile["detections"]>): Pose => {
  const [x, y, z_, w] = each.poseOfFrame.orientation;
  const length = Math.hypot(x, y, z_, w);
  if (!(length > 0.5 && length < 2))
    throw new InputError("profile.detections.poseOfFrame.orientation", "must be a unit quaternion");
  return compose(IDENTITY_POSE, {
    position: each.poseOfFrame.position,
    orientation: [x / length, y / length, z_ / length, w / length],
  });
};
