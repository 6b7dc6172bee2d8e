/**
 * The door of `teleop`: recording demonstrations, input devices, the session behind the page. What needs a browser
 * is in `*.browser.ts`, the page's small server in `index.node.ts`.
 */
export * from "./devices/index.js";
export * from "./record.js";
export { CUES, type Cue, type CueFacts, cuesOf } from "./studio/cues.js";
export { type Edges, edgesOf, type Hand, moveHand } from "./studio/hand.js";
export { httpStore } from "./studio/http-store.js";
export { manipulabilityOf } from "./studio/manipulability.js";
export * from "./studio/protocol.js";
export * from "./studio/recorder.js";
export {
  createStudioSession,
  type SessionPorts,
  type StudioSession,
} from "./studio/session.js";
export { type EpisodeWords, TakeLog } from "./studio/take-log.js";
export { zipOf } from "./studio/zip.js";
