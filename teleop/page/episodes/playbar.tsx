/** Play, pause, and the playhead of the take on the desk. */
import { timerOf } from "../drive/deck.js";
import { Icon } from "../icons.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";

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
  const { replay, link } = studio;
  const episode = replay.episode.value;
  const rate = link.opened.value?.contract.rates.record ?? 20;
  const duration = replay.duration.value;
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
      <span class="track">
        {studio.events.value
          .filter(({ what }) => what !== "phase")
          .map(({ frame, what, detail }, i) => (
            <i
              key={i}
              class={`event ${MARKS[what] ?? ""}`}
              style={{
                insetInlineStart: `${(100 * Math.min(frame, duration * rate)) / Math.max(1, duration * rate)}%`,
              }}
              title={`${text.seconds((frame / rate).toFixed(1))} ${text.eventNames[what] ?? what} ${detail}`}
            />
          ))}
        <input
          type="range"
          aria-label={text.playhead}
          min={0}
          max={duration}
          step={1 / rate}
          value={replay.time.value}
          disabled={episode === null}
          onInput={(event) => replay.seek(Number(event.currentTarget.value))}
        />
      </span>
      <span class="note">{text.seconds(duration.toFixed(1))}</span>
    </div>
  );
}
