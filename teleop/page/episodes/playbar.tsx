/** Play, pause, and the playhead of the take on the desk; its parts with their ends to be moved, and what happened in it. */
import type { TakePart } from "../../../datasets/index.js";
import { timerOf } from "../drive/deck.js";
import { Icon } from "../icons.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import type { PartEnd } from "../trimming.js";

/** How an event is drawn: a diamond, a disc, a triangle; the rest are small rings. */
const MARKS: Readonly<Record<string, string>> = {
  grip: "diamond",
  release: "disc",
  "near-limit": "warn",
  "at-limit": "warn",
  contact: "warn",
  collision: "danger",
};

/** One playhead for picture and curves. */
export function Playbar({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { replay, trimming } = studio;
  const episode = replay.episode.value;
  const rate = replay.rate.value;
  const duration = replay.duration.value;
  const last = Math.max(1, duration * rate);
  const parts = trimming.parts.value;
  const take = studio.takes.value.find(({ index }) => index === replay.index.value);
  return (
    <div class="playbar">
      <button
        type="button"
        disabled={episode === null}
        onClick={replay.toggle}
        aria-label={replay.playing.value ? text.pausePlay : text.play}
      >
        <Icon name={replay.playing.value ? "pause" : "play"} />
      </button>
      <strong>{timerOf(replay.time.value)}</strong>
      <div class={take?.excluded === true ? "track struck" : "track"}>
        <div class="scale">
          {parts.map((part, which) => (
            <Part key={which} studio={studio} part={part} which={which} last={last} />
          ))}
          {trimming.length.value === null && episode !== null ? <div class="part plain" /> : null}
          {studio.events.value
            .filter(({ what }) => what !== "phase")
            .map(({ frame, what, detail }, i) => (
              <i
                key={i}
                class={`event ${MARKS[what] ?? ""}`}
                style={{ insetInlineStart: `${(100 * Math.min(frame, last)) / last}%` }}
                title={`${text.seconds((frame / rate).toFixed(1))} ${text.eventNames[what] ?? what} ${detail}`}
              />
            ))}
        </div>
        <input
          type="range"
          aria-label={text.playhead}
          aria-valuetext={text.atFrame(replay.time.value.toFixed(2), trimming.frame.value)}
          min={0}
          max={duration}
          step={1 / rate}
          value={replay.time.value}
          disabled={episode === null}
          onInput={(event) => replay.seek(Number(event.currentTarget.value))}
        />
      </div>
      <span class="note">{text.seconds(duration.toFixed(1))}</span>
    </div>
  );
}

interface PartProps {
  readonly studio: Studio;
  readonly part: TakePart;
  readonly which: number;
  /** number of the last frame */
  readonly last: number;
}

/** A part on the scale: from half a frame before its first to half a frame after its last, where there are such. */
function Part(props: PartProps) {
  const { studio, part, last } = props;
  const text = words.value;
  const begin = Math.max(0, part.from - 0.5) / last;
  const end = Math.min(last, part.to - 0.5) / last;
  return (
    <div
      class="part"
      style={{ insetInlineStart: `${100 * begin}%`, inlineSize: `${Math.max(0, 100 * (end - begin))}%` }}
    >
      <Handle {...props} end="from" />
      <span>
        <b>{text.seconds(((part.to - part.from) / studio.replay.rate.value).toFixed(1))}</b>
      </span>
      <Handle {...props} end="to" />
    </div>
  );
}

/** Frames that a key moves an end by: an arrow one, a page key a second. */
function stepOf(key: string, rate: number, last: number): number | null {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return -1;
    case "ArrowRight":
    case "ArrowUp":
      return 1;
    case "PageDown":
      return -Math.round(rate);
    case "PageUp":
      return Math.round(rate);
    case "Home":
      return -last;
    case "End":
      return last;
    default:
      return null;
  }
}

/** An end of a part: dragged by a pointer, moved by keys while it has the focus. */
function Handle({ studio, part, which, last, end }: PartProps & { readonly end: PartEnd }) {
  const text = words.value;
  const { trimming, replay } = studio;
  const rate = replay.rate.value;
  const parts = trimming.parts.value;
  const at = end === "from" ? part.from : part.to - 1;
  const least = end === "from" ? (parts[which - 1]?.to ?? 0) : part.from;
  const most = end === "from" ? part.to - 1 : (parts[which + 1]?.from ?? last + 1) - 1;
  const name = end === "from" ? text.beginOfPart : text.endOfPart;
  const drag = (event: PointerEvent): void => {
    const handle = event.currentTarget as HTMLElement;
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const scale = handle.closest(".scale")!.getBoundingClientRect();
    trimming.move(which, end, Math.round((last * (event.clientX - scale.left)) / scale.width));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      class={`handle ${end}`}
      aria-label={name(which + 1, parts.length)}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={at}
      aria-valuetext={text.atFrame((at / rate).toFixed(2), at)}
      title={`${name(which + 1, parts.length)} (${end === "from" ? "[" : "]"})`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus();
        event.preventDefault();
      }}
      onPointerMove={drag}
      onPointerUp={() => trimming.letGo()}
      onPointerCancel={() => trimming.cancel()}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const step = stepOf(event.key, rate, last);
        if (step === null) return;
        event.preventDefault();
        event.stopPropagation();
        // From where the hand has it: while a key repeats, nothing is an edit yet.
        const now = trimming.parts.peek()[which];
        if (now !== undefined) trimming.move(which, end, (end === "from" ? now.from : now.to - 1) + step);
      }}
      onKeyUp={() => trimming.letGo()}
      onBlur={() => trimming.letGo()}
    />
  );
}
