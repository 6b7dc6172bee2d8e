/** The takes of the set: a picture, whether it worked, how long, who made it; filters, and edits with their undo. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Edits, type FileStore, readEdits, writeEdits } from "../../../datasets/index.js";
import { zipOf } from "../../studio/zip.js";
import { isAmplified } from "../amplification.js";
import { Thumbnail, takeName, Verdict } from "../drive/takes-card.js";
import { Icon } from "../icons.js";
import { usedFrames } from "../library.js";
import { reasonOf } from "../link.js";
import { go, route, routeTo } from "../route.js";
import { saveFile } from "../save-file.js";
import { words } from "../settings.js";
import type { Studio, TakeRow } from "../studio.js";
import { setOf } from "../tasks.js";
import { CUT_KEYS, eitherCut } from "./trim-tools.js";

const FILTERS = ["all", "success", "failed", "amplified"] as const;

/** List, filters, edits. */
export function EpisodeList({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const filter = useSignal<(typeof FILTERS)[number]>("all");
  const { library } = studio;
  const all = library.takes.value.filter((take) => !take.removed);
  const made = all.filter(isAmplified);
  const shown = all.filter((take) =>
    filter.value === "all"
      ? true
      : filter.value === "amplified"
        ? isAmplified(take)
        : take.success === (filter.value === "success"),
  );
  const selected = route.value.episode;
  const take = all.find(({ index }) => index === selected) ?? null;

  useEffect(() => {
    const key = (event: KeyboardEvent): void => keys(event, studio, shown, take);
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  });

  const name = {
    all: text.filterAll,
    success: text.filterSuccess,
    failed: text.filterFailed,
    amplified: text.filterAmplified,
  } as const;
  return (
    <section class="card grow episodes" aria-label={text.episodeList}>
      <header>
        <Icon name="list" />
        <h2>{text.episodeList}</h2>
        <fieldset class="segments end">
          <legend class="hidden-words">{text.episodeList}</legend>
          {FILTERS.filter((each) => each !== "amplified" || made.length > 0).map((each) => (
            <button
              type="button"
              key={each}
              aria-pressed={filter.value === each}
              onClick={() => {
                filter.value = each;
              }}
            >
              {name[each]}
            </button>
          ))}
        </fieldset>
      </header>
      {all.length === 0 ? (
        library.state.value === "reading" ? (
          <p class="note">{text.loadingEpisodes}</p>
        ) : (
          <div class="empty">
            <svg class="drawn" viewBox="0 0 208 52" aria-hidden="true">
              {[0, 1, 2, 3].map((i) => (
                <path key={i} d={`M${i * 52 + 4} 8h44v36h-44zM${i * 52 + 12} 40v-8l${6 + i * 4} -8l6 3`} />
              ))}
            </svg>
            <p>{text.noEpisodes}</p>
            <a class="button" href={routeTo("drive")}>
              {text.goDrive}
            </a>
          </div>
        )
      ) : (
        <>
          <p class="note list-head">
            {text.shownTakes(shown.length)}
            {filter.value === "amplified" && made.length > 0 ? (
              <button type="button" class="small end" onClick={() => removeAll(studio, made)}>
                <Icon name="trash" />
                {text.deleteAmplified(made.length)}
              </button>
            ) : null}
            <button type="button" class="small end" onClick={() => void exportSet(studio)}>
              <Icon name="down" />
              {text.exportZip}
            </button>
          </p>
          <Films studio={studio} />
          {library.unsaved.value === 0 ? null : (
            <p class="note unsaved" role="status">
              {text.exportUnsaved(library.unsaved.value)}
            </p>
          )}
          <ul class="list">
            {shown.toReversed().map((each) => (
              <li key={each.index} class={each.excluded ? "struck" : ""}>
                <a
                  href={routeTo("episodes", each.index)}
                  aria-current={each.index === selected ? "true" : undefined}
                >
                  <span class="hidden-words">{takeName(text, each)}, </span>
                  <span class={each.success === false ? "strip bad" : "strip"}>
                    <Thumbnail studio={studio} take={each} />
                    <UsedBar take={each} />
                  </span>
                  <span class="about">
                    <b>
                      <Verdict success={each.success} />
                      <span aria-hidden="true">{each.index + 1}</span>
                      <span class="end">{text.seconds(usedSeconds(each).toFixed(1))}</span>
                    </b>
                    <span class="note">
                      {isAmplified(each) ? <span class="made">{text.amplified}</span> : each.maker}
                      {each.excluded ? ` · ${text.excluded}` : ""}
                      {each.parts === null
                        ? ""
                        : ` · ${each.parts.length === 1 ? text.trimmed : text.parts(each.parts.length)}`}
                      {each.edited ? ` · ${text.edited}` : ""}
                    </span>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="toolbar">
        <button type="button" disabled={take === null} onClick={() => take && exclude(studio, take)}>
          <Icon name="eyeOff" />
          {take?.excluded ? text.include : text.exclude}
        </button>
        <button type="button" disabled={take === null} onClick={() => take && judge(studio, take)}>
          <Icon name={take?.success === true ? "cross" : "check"} />
          {take?.success === true ? text.markFail : text.markSuccess}
        </button>
        <button type="button" disabled={take === null} onClick={() => take && remove(studio, take)}>
          <Icon name="trash" />
          {text.remove}
        </button>
        <button
          type="button"
          aria-label={text.undo}
          title={text.undo}
          disabled={!library.canUndo.value}
          onClick={library.undo}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          aria-label={text.redo}
          title={text.redo}
          disabled={!library.canRedo.value}
          onClick={library.redo}
        >
          <Icon name="forward" />
        </button>
        <button
          type="button"
          class="primary end"
          disabled={library.unsaved.value === 0}
          onClick={() => void library.save()}
        >
          {text.saveEdits(library.unsaved.value)}
        </button>
      </div>
    </section>
  );
}

/** Of what is used of a take, as long as one is without its first frame. */
const usedSeconds = (take: TakeRow): number => (take.seconds * usedFrames(take)) / take.frames;

/** Which parts of a take that was trimmed or split are used, under its picture. */
function UsedBar({ take }: { readonly take: TakeRow }) {
  if (take.parts === null) return null;
  return (
    <span class="used-bar" aria-hidden="true">
      {take.parts.map(({ from, to }) => (
        <i
          key={from}
          style={{
            insetInlineStart: `${(100 * from) / take.frames}%`,
            inlineSize: `${(100 * (to - from)) / take.frames}%`,
          }}
        />
      ))}
    </span>
  );
}

const change = (studio: Studio, by: (edits: Edits) => Partial<Edits>): void =>
  studio.library.edit((edits) => ({ ...edits, ...by(edits) }));
/** The list with a number in it, or without. */
const toggled = (list: readonly number[], index: number): number[] =>
  list.includes(index) ? list.filter((each) => each !== index) : [...list, index].sort((a, b) => a - b);
const exclude = (studio: Studio, { index }: TakeRow): void =>
  change(studio, ({ excluded }) => ({ excluded: toggled(excluded, index) }));
const remove = (studio: Studio, { index }: TakeRow): void => {
  change(studio, ({ removed }) => ({ removed: toggled(removed, index) }));
  go(routeTo("episodes"));
};
const removeAll = (studio: Studio, takes: readonly TakeRow[]): void => {
  const gone = takes.map(({ index }) => index);
  change(studio, ({ removed }) => ({ removed: [...new Set([...removed, ...gone])].sort((a, b) => a - b) }));
  go(routeTo("episodes"));
};
const judge = (studio: Studio, take: TakeRow): void =>
  change(studio, ({ success }) => ({ success: { ...success, [take.index]: take.success !== true } }));

/** The name of the data set that is open. */
const setOpen = ({ task, robot }: Studio): string => setOf({ task: task.peek(), robot: robot.peek() });

/** The whole data set as one file to keep. */
async function exportSet(studio: Studio): Promise<void> {
  const store = studio.library.store();
  if (store !== null) await saveSet(studio, store, setOpen(studio));
}

/** The same with the pictures of its cameras, made where they are missing. */
async function exportWithVideos(studio: Studio): Promise<void> {
  const task = studio.task.peek();
  const from = studio.placeOf(setOpen(studio));
  const which = studio.view.peek()?.cameras.names ?? [];
  if (from === null || which.length === 0) return;
  try {
    const store = await studio.cameraVideos.make(task, from, which);
    const own = studio.library.store();
    if (store === null || own === null) return;
    // Takes keep their numbers there, so what was decided about them holds.
    await writeEdits(store, await readEdits(own));
    await saveSet(studio, store, `${setOpen(studio)}-cameras`);
  } catch (error) {
    studio.library.problem.value = reasonOf(error);
  }
}

/** The export with camera videos: the button, or how far it is. */
function Films({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { cameraVideos } = studio;
  const state = cameraVideos.state.value;
  if (state.state === "idle")
    return (
      <p class="note list-head">
        <button
          type="button"
          class="small end"
          title={text.exportVideosHint}
          onClick={() => void exportWithVideos(studio)}
        >
          <Icon name="camera" />
          {text.exportVideos}
        </button>
      </p>
    );
  const percent = state.total === 0 ? 0 : Math.floor((100 * state.done) / state.total);
  return (
    <p class="note list-head" role="status">
      {text.filming(String(percent))}
      <button type="button" class="small end" onClick={() => cameraVideos.cancel()}>
        {text.cancelFilming}
      </button>
    </p>
  );
}

async function saveSet(studio: Studio, store: FileStore, name: string): Promise<void> {
  try {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const part of zipOf(store, ["meta", "data", "videos", "policies"], name)) parts.push(part);
    saveFile(`${name}.zip`, parts, "application/zip");
  } catch (error) {
    studio.library.problem.value = reasonOf(error);
  }
}

/** Keys that a range input needs for itself. */
const RANGE = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

/** ↑↓ take, ←→ frame, Space play, [ ] trim, S split, X exclude, Ctrl+Z undo. */
function keys(event: KeyboardEvent, studio: Studio, shown: readonly TakeRow[], take: TakeRow | null): void {
  const target = event.target as HTMLElement;
  const range = target.matches('input[type="range"]');
  if (range ? RANGE.includes(event.code) : target.matches("input, select, textarea, dialog *")) return;
  const { replay, library, trimming } = studio;
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ") {
    event.preventDefault();
    if (event.shiftKey) library.redo();
    else library.undo();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = shown.findIndex(({ index }) => index === take?.index);
  const step = (by: number): void => {
    const next = shown[at < 0 ? shown.length - 1 : Math.max(0, Math.min(shown.length - 1, at + by))];
    if (next !== undefined) go(routeTo("episodes", next.index));
  };
  switch (event.code) {
    case "ArrowUp":
      step(1);
      break;
    case "ArrowDown":
      step(-1);
      break;
    case "ArrowLeft":
      replay.seek(replay.time.peek() - 1 / replay.rate.peek());
      break;
    case "ArrowRight":
      replay.seek(replay.time.peek() + 1 / replay.rate.peek());
      break;
    case "Space":
      if (target.matches("button, a")) return;
      replay.toggle();
      break;
    case CUT_KEYS.begin:
      trimming.cut("begin");
      break;
    case CUT_KEYS.end:
      trimming.cut("end");
      break;
    case CUT_KEYS.split:
      trimming.cut(eitherCut(trimming.possible.peek(), "split", "join"));
      break;
    case CUT_KEYS.part:
      if (event.shiftKey) trimming.cut(eitherCut(trimming.possible.peek(), "leave-out", "restore"));
      else if (take !== null) exclude(studio, take);
      break;
    default:
      return;
  }
  event.preventDefault();
}
