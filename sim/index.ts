/** The door of `sim`: the engine, simulated robots, what a detector sees, the tasks. */

export type { Feel } from "./arm/feel.js";
export { createGripper, type Finger, type Gripper, type HandOptions } from "./arm/gripper.js";
export { Hand } from "./arm/hand.js";
export { Jaw } from "./arm/jaw.js";
export { Links } from "./arm/links.js";
export { SetPoint } from "./arm/setpoint.js";
export { SimulatedArm } from "./arm/simulated-arm.js";
export { type BaseSim, type BaseSimOptions, createBaseSim, type Twist } from "./base/base-sim.js";
export { type Course, courseObjects, solidsOf, TRACK } from "./base/course.js";
export { COURSE_LAYOUT, drawCourse } from "./base/course-layout.js";
export { castCourse } from "./base/course-scan.js";
export { drawRoom, ROOM_LAYOUT } from "./base/layout.js";
export { LOCALISATION, localise, senseTilt } from "./base/localise.js";
export { type Point, planPath } from "./base/path.js";
export {
  clearance,
  type Obstacle,
  PLACE_NAMES,
  type Place,
  type PlaceName,
  type PlanarPose,
  type Room,
  roomObjects,
  roomOf,
} from "./base/room.js";
export { castScan } from "./base/scan.js";
export { createSkidSim, type SkidSimOptions } from "./base/skid-sim.js";
export { createDetector, DETECTOR, type Detector, type DetectorModel } from "./detector.js";
export { type AddedMass, createDynamics, type Dynamics } from "./dynamics.js";
export * from "./engine.js";
export {
  createMobileSim,
  type MobileSetup,
  type MobileSim,
  type MobileSimOptions,
} from "./mobile/mobile-sim.js";
export { drawTwoTables, TWO_TABLES } from "./mobile/two-tables.js";
export {
  parseRanges,
  type RandomisationRanges,
  type Randomiser,
  type Range,
  randomiseBy,
  SEEN_RANGES,
  TABLE_CAMERAS,
  USUAL_RANGES,
} from "./randomisation.js";
export { SENSES, type Sense, senseFeatures, sensesOf } from "./senses.js";
export { packSnapshot, type SnapshotParts, StateReader, StateWriter, unpackSnapshot } from "./state.js";
export { type ArmSim, type ArmSimOptions, createArmSim } from "./tabletop/arm-sim.js";
export { addProps, type PropInWorld, type PropOptions } from "./tabletop/bodies.js";
export {
  type BinPlace,
  type CubePlace,
  cubesAndBins,
  drawLayout,
  type Layout,
  type Side,
  TABLETOP,
} from "./tabletop/layout.js";
export {
  MANILA,
  ROPE_RATE,
  type RopeEnds,
  type RopeStuff,
  ropeProps,
  ropeWorld,
} from "./tabletop/rope.js";
export {
  type BinForm,
  binProp,
  canProp,
  cubeProp,
  type Prop,
  type PropBody,
  type PropPlace,
  type PropStuff,
  shapedProp,
  type TableSetup,
} from "./tabletop/setup.js";
export { createTableSim, type TableArm, type TableSim, type TableSimOptions } from "./tabletop/table-sim.js";
export { armConstantsHash } from "./tasks/constants.js";
export { createGraspScript } from "./tasks/grasp-script.js";
export { TASKS, taskByName } from "./tasks/index.js";
export { type ForceLimits, type JudgedTask, TABLE_RULES, type TableFacts } from "./tasks/judging.js";
export type { Move, Put } from "./tasks/moves.js";
export { teeCoverage } from "./tasks/push-t.js";
export {
  createTabletopEnvironment,
  type SlotRule,
  type TableTask,
  type Trace,
} from "./tasks/tabletop-environment.js";
export {
  DEFAULT_STYLE,
  DEMONSTRATION_STYLES,
  type DemonstrationStyle,
  type EnvironmentOptions,
  type TaskModule,
} from "./tasks/task.js";
