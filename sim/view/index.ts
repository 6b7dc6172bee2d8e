/**
 * The door of `sim/view`: pictures of a world on a page, which need WebGL 2, and its recorded cameras,
 * which need nothing.
 */

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
export { softwareGraphics } from "./pacer.js";
export { createComputedRig } from "./raster/rig.js";
export { blendStates, type ViewState, viewStateOf } from "./state.js";
export type * from "./types.js";
export { createWorldView } from "./world-view.js";
