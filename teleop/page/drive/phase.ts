/** What the recorder's phases are called. */
import { impossible } from "../../../core/index.js";
import type { RecorderState } from "../../studio/recorder.js";
import type { Words } from "../words/index.js";
import { refusalWords } from "../words/refusals.js";

/** The reason of a stop that needs none. */
const BY_HAND = "stopped by hand";

/** The phase in words, with the number of the take. */
export function phaseWords(text: Words, { phase, take, seconds }: RecorderState): string {
  switch (phase.name) {
    case "ready":
      return text.ready(take);
    case "armed":
      return text.armed;
    case "recording":
      return text.recording(take);
    case "paused":
      return text.paused;
    case "rewinding":
      return text.rewinding((phase.fromSeconds - seconds).toFixed(1));
    case "review":
      return phase.ended.by === "success"
        ? text.review
        : phase.ended.by === "failure"
          ? text.reviewFailed
          : text.reviewEnded;
    case "kept":
      return text.kept(take);
    case "thrown-away":
      return text.thrown;
    case "resetting":
      return text.resetting(null);
    case "stopped":
      return phase.reason === BY_HAND
        ? text.stoppedByHand
        : text.stoppedWhy(refusalWords(text.language, phase.reason));
    default:
      return impossible(phase);
  }
}
