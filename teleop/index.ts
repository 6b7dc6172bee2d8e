/**
 * The door of `teleop`: recording demonstrations, input devices, a model of a person at the keys, the session behind
 * the page. What needs a browser is in `*.browser.ts`, the page's small server in `index.node.ts`.
 */
export type { PagePainter } from "./cameras/painter.browser.js";
export {
  type CameraWishes,
  type Drawn,
  type DrawRequest,
  type Encoding,
  type Painter,
  type PictureEncoder,
  type Rendered,
  type RenderJob,
  renderSet,
} from "./cameras/render-set.js";
export { ENDLESS, type Restaged, restage } from "./cameras/restage.js";
export * from "./devices/index.js";
export { type Errand as OperatorErrand, errandOf } from "./operator/errand.js";
export { TICK as OPERATOR_TICK } from "./operator/hands.js";
export { DESK_AZIMUTH, type Deeds as OperatorDeeds, Operator } from "./operator/operator.js";
export { type Sight, sightOf } from "./operator/sight.js";
export { STYLES as OPERATOR_STYLES, type Style as OperatorStyle } from "./operator/styles.js";
export * from "./record.js";
export { CUES, type Cue, type CueFacts, cuesOf } from "./studio/cues.js";
export { type Edges, edgesOf, type Hand, type HandRange, handRangeOf, moveHand } from "./studio/hand.js";
export { httpStore } from "./studio/http-store.js";
export { type JointLead, jointLeadOf } from "./studio/joint-lead.js";
export { manipulabilityOf } from "./studio/manipulability.js";
export {
  MOST_EACH,
  NO_PLAN,
  type Plan,
  type PlanProgress,
  type PlanRow,
  planProgress,
  readPlan,
  writePlan,
} from "./studio/plan.js";
export * from "./studio/protocol.js";
export * from "./studio/recorder.js";
export {
  createStudioSession,
  type SessionPorts,
  type StudioSession,
} from "./studio/session.js";
export { readTakeEvents, writeTakeEvents } from "./studio/take-events.js";
export { type EpisodeWords, TakeLog } from "./studio/take-log.js";
export { zipOf } from "./studio/zip.js";
