/** What can be cut of the take on the desk at the playhead, by button or key, and how much of it is used. */
import { Icon, type IconName } from "../icons.js";
import { useLabels } from "../keys.js";
import { usedFrames } from "../library.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import type { Cut } from "../trimming.js";

/** Keys of Episodes that cut, by their physical place. */
export const CUT_KEYS = { begin: "BracketLeft", end: "BracketRight", split: "KeyS", part: "KeyX" } as const;

/** The one of two cuts that changes something here; the first where neither does. */
export const eitherCut = (possible: ReadonlySet<Cut>, first: Cut, second: Cut): Cut =>
  !possible.has(first) && possible.has(second) ? second : first;

/** Trim, split, leave out, and what is left. */
export function TrimTools({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const labels = useLabels();
  const { trimming, replay } = studio;
  const take = studio.takes.value.find(({ index }) => index === replay.index.value);
  if (trimming.length.value === null || take === undefined) return null;
  const possible = trimming.possible.value;
  const split = eitherCut(possible, "split", "join");
  const part = eitherCut(possible, "leave-out", "restore");
  const button = (what: Cut, icon: IconName, word: string, key: string) => (
    <button type="button" class="small" disabled={!possible.has(what)} onClick={() => trimming.cut(what)}>
      <Icon name={icon} />
      <span>{word}</span>
      {key === "" ? null : <kbd>{key}</kbd>}
    </button>
  );
  return (
    <div class="trim-tools">
      {button("begin", "trimBegin", text.trimBegin, labels(CUT_KEYS.begin))}
      {button("end", "trimEnd", text.trimEnd, labels(CUT_KEYS.end))}
      {split === "split"
        ? button("split", "split", text.split, labels(CUT_KEYS.split))
        : button("join", "join", text.join, labels(CUT_KEYS.split))}
      {part === "leave-out"
        ? button("leave-out", "leaveOut", text.leavePartOut, `⇧${labels(CUT_KEYS.part)}`)
        : button("restore", "restore", text.restorePart, `⇧${labels(CUT_KEYS.part)}`)}
      {button("whole", "whole", text.wholeTake, "")}
      <span class="note end" role="status">
        {take.parts === null
          ? text.allUsed
          : text.usedOf(
              (usedFrames(take) / replay.rate.value).toFixed(1),
              take.seconds.toFixed(1),
              take.parts.length,
            )}
      </span>
    </div>
  );
}
