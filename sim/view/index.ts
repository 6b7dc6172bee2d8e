/** The door of `sim/view`: pictures of a world, on a page or headless, and its recorded cameras. Needs WebGL 2. */

export { createCameraRig } from "./camera-rig.js";
export {
  CAMERA_NEAR,
  CAMERA_RANGE,
  CAMERA_SIZE,
  type CameraMount,
  cameraMounts,
  cameraPose,
  intrinsicsOf,
} from "./cameras.js";
export { type ArmFigure, figureNamed, figureOf, USUAL_ARM } from "./figure.js";
export { worldKindOf } from "./kinds.js";
export { blendStates, type ViewState, viewStateOf } from "./state.js";
export type * from "./types.js";
export { createWorldView } from "./world-view.js";
