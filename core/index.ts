/** The door of `core`: the words all rooms speak. Pure TypeScript; no page, no Node, no dependency. */
export * from "./clock.js";
export * from "./contract.js";
export * from "./environment.js";
export * from "./errors.js";
export * from "./kinematics/chain.js";
export * from "./kinematics/inverse.js";
export * from "./kinematics/model.js";
export * from "./kinematics/solve.js";
export * from "./kinematics/tool-pose.js";
export * from "./math/elementary.js";
export * from "./math/polygon.js";
export * from "./math/pose.js";
export * from "./math/quat.js";
export * from "./math/vec3.js";
export * from "./policy.js";
export * from "./progress.js";
export * from "./random.js";
export * from "./randomisation.js";
export * from "./robot.js";
export * from "./robots/arm.js";
export * from "./robots/arm-team.js";
export * from "./robots/diff-drive.js";
export * from "./robots/index.js";
export * from "./robots/look.js";
export * from "./robots/mobile-base.js";
export * from "./robots/mobile-panda.js";
export * from "./robots/panda.js";
export * from "./robots/panda-drive.js";
export * from "./robots/skid-steer.js";
export * from "./robots/so101.js";
export * from "./robots/tool-reach.js";
export * from "./robots/ur5e.js";
export * from "./scene.js";
export * from "./shape.js";
export * from "./skill.js";
export * from "./state-hash.js";
export * from "./statistics.js";
export { armFromUrdf, missingForSimulation } from "./urdf/arm-from.js";
export { MESH_BOUNDS, MESH_FORMATS, readMesh, type TriangleMesh } from "./urdf/mesh.js";
export {
  type GripperKind,
  type PickedArm,
  type PickedGripper,
  type PickOptions,
  pickArm,
  pickWheels,
} from "./urdf/pick.js";
export type { UrdfGeometry, UrdfShape } from "./urdf/shapes.js";
export type { Meshes } from "./urdf/solids.js";
export { reachOf } from "./urdf/table.js";
export {
  parseUrdf,
  readUrdf,
  URDF_BOUNDS,
  type Urdf,
  type UrdfFinding,
  type UrdfJoint,
  type UrdfLink,
} from "./urdf/urdf.js";
export {
  expandXacro,
  isXacro,
  XACRO_BOUNDS,
  type XacroFile,
  type XacroOptions,
} from "./urdf/xacro.js";
export { parseXml, XML_BOUNDS, type XmlElement } from "./urdf/xml.js";
