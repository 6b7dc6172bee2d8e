/** The recorded cameras, live: holes in a card, through which the picture behind the page draws what a policy sees. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icons.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import type { Words } from "../words/index.js";

/** Size of recorded pictures, px. */
export const PICTURE = { width: 224, height: 224 } as const;

/** Front and wrist (of a base: front and map). */
export function CamerasCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const names = studio.view.value?.cameras.names ?? [];
  const replaying = studio.replay.active.value;
  const recorder = studio.link.recorder.value;
  const rate = studio.link.opened.value?.contract.rates.record ?? 20;
  const frames = replaying ? (studio.replay.episode.value?.length ?? 0) : (recorder?.frames ?? 0);
  const recording = !replaying && recorder?.phase.name === "recording";
  const notices = replaying ? [] : studio.notices.now.value;
  const unseen = notices.find(({ kind }) => kind === "out-of-view");
  const dropped = notices.find(({ kind }) => kind === "dropped-frames");
  // Where there is room for one picture only, a tap shows the other.
  const one = useSignal(0);
  const shown = names[one.value % Math.max(1, names.length)];
  return (
    <section class="card cameras" aria-label={text.cameras}>
      <header>
        <Icon name="camera" />
        <h2>{text.cameras}</h2>
        <span class="end note">{text.cameraNote(PICTURE.width, PICTURE.height, rate)}</span>
      </header>
      <div class="pictures">
        {names.map((name) => (
          <Picture
            key={name}
            studio={studio}
            name={name}
            other={name !== shown}
            recording={recording}
            unseen={unseen?.kind === "out-of-view" && unseen.camera === name ? unseen.towards : null}
          />
        ))}
        {names.length === 0 ? <span class="picture blank" /> : null}
        <button
          type="button"
          class="swap"
          aria-label={text.otherCamera}
          onClick={() => {
            one.value += 1;
          }}
        />
      </div>
      <p class={unseen === undefined && dropped === undefined ? "note foot" : "note foot near"} role="status">
        {unseen?.kind === "out-of-view"
          ? text.unseen(cameraName(text, unseen.camera))
          : dropped?.kind === "dropped-frames"
            ? text.droppedFrames(
                dropped.hertz.toFixed(1),
                dropped.of,
                studio.link.timings.value?.dropped ?? 0,
              )
            : text.cameraFoot(frames)}
      </p>
    </section>
  );
}

const cameraName = (text: Words, name: string): string =>
  name === "front" ? text.front : name === "wrist" ? text.wrist : name === "map" ? text.map : name;

/** An arrow at the edge of the picture where the tool went out of it. */
function TowardsTool({ way: [right, down] }: { readonly way: readonly [number, number] }) {
  const most = Math.max(Math.abs(right), Math.abs(down));
  const turn = `${Math.round((Math.atan2(down, right) * 180) / Math.PI)}deg`;
  return (
    <svg
      class="towards"
      viewBox="0 0 24 24"
      aria-hidden="true"
      style={{
        insetInlineStart: `${50 + (36 * right) / most}%`,
        insetBlockStart: `${50 + (36 * down) / most}%`,
        rotate: turn,
      }}
    >
      <path d="M2 9h10V3l10 9-10 9v-6H2z" />
    </svg>
  );
}

function Picture(props: {
  readonly studio: Studio;
  readonly name: string;
  readonly other: boolean;
  readonly recording: boolean;
  /** which way out of the picture the tool is, right and down; null while it is seen */
  readonly unseen: readonly [number, number] | null;
}) {
  const { studio, name, other, recording, unseen } = props;
  const text = words.value;
  const hole = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = hole.current;
    if (element === null) return;
    return studio.addHole(name, element);
  }, [name, studio]);
  return (
    <span ref={hole} class={`picture${other ? " other" : ""}${unseen === null ? "" : " unseen"}`}>
      <span>{cameraName(text, name)}</span>
      {unseen === null ? null : <TowardsTool way={unseen} />}
      {recording ? (
        <b class="rec">
          <i class="dot" aria-hidden="true" />
          {text.rec}
        </b>
      ) : null}
    </span>
  );
}
