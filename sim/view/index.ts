/** The door of `sim/view`: pictures of a world, on a page or headless, and its recorded cameras. Needs WebGL 2. */

export { blendStates, type ViewState, viewStateOf } from "./state.js";
export type * from "./types.js";
