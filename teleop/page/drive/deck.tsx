/** The deck: where the take stands, its time and timeline, and what can be done with it now. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icons.js";
import { theme, words } from "../settings.js";
import type { Studio } from "../studio.js";
import { phaseWords } from "./phase.js";
import { drawTimeline } from "./timeline.js";

/** Recorder and its buttons. */
export function Deck({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const recorder = studio.link.recorder.value;
  if (recorder === null) return <section class="card deck" aria-label={text.record} />;
  const { phase, seconds, mark, tail } = recorder;
  const driver = studio.driver.value;
  const stopped = phase.name === "stopped";
  const going = phase.name === "recording" || phase.name === "armed";
  const inTake = studio.inTake.value;
  const begun = inTake && phase.name !== "armed";
  const kept = phase.name === "ready" || phase.name === "resetting" ? studio.films.justKept.value : null;
  const shown =
    kept !== null ? "kept" : phase.name === "ready" && studio.settingOut.value ? "resetting" : phase.name;
  /** what the person or the checker says of it; null: nobody has */
  const verdict =
    mark ?? (phase.name === "review" && phase.ended.by !== "person" ? phase.ended.by === "success" : null);
  const canRecord = phase.name === "ready" || going || phase.name === "paused" || phase.name === "kept";
  const recordWord = going ? text.pause : phase.name === "paused" ? text.goOn : text.record;
  return (
    <section
      class="card deck"
      aria-label={text.record}
      data-phase={phase.name}
      data-shown={shown}
      data-kept={kept !== null}
      data-verdict={phase.name === "review" ? String(verdict) : undefined}
    >
      <div class="recorder">
        <button
          type="button"
          class="record"
          aria-label={recordWord}
          title={`${recordWord} (R)`}
          disabled={!canRecord}
          onClick={() => studio.act({ kind: "record" })}
        >
          <RecordMark phase={shown} success={verdict} />
        </button>
        <div>
          <strong class="timer">{timerOf(seconds)}</strong>
          <span class="phase" role="status" aria-live={stopped ? "assertive" : "polite"}>
            {kept !== null
              ? text.kept(kept)
              : shown === "resetting" && phase.name === "ready"
                ? text.resetting(studio.link.scene.value?.seed ?? null)
                : phaseWords(text, recorder)}
          </span>
        </div>
      </div>
      <Timeline studio={studio} />
      <div class="actions">
        {stopped ? (
          <button type="button" class="primary end" onClick={() => studio.link.send({ kind: "resume" })}>
            <Icon name="play" />
            {text.resume}
          </button>
        ) : (
          <>
            <HeldButton
              word={text.rewind}
              disabled={!begun}
              onHold={(held) => studio.act({ kind: "rewind", held })}
              kbd={text.backspace}
            />
            {tail > 0 ? (
              <button type="button" onClick={() => studio.act({ kind: "restore-tail" })}>
                <Icon name="forward" />
                <span>{text.restore}</span>
              </button>
            ) : null}
            {recorder.undoUntil !== null ? (
              <button type="button" onClick={() => studio.act({ kind: "undo" })}>
                <Icon name="forward" />
                <span>{text.undo}</span>
                <kbd>Z</kbd>
              </button>
            ) : (
              <button type="button" disabled={!inTake} onClick={() => studio.act({ kind: "throw-away" })}>
                <Icon name="trash" />
                <span>{text.throwAway}</span>
                <kbd>{text.del}</kbd>
              </button>
            )}
            {driver === "you" ? null : (
              <button type="button" class="primary" onClick={() => studio.act({ kind: "take-over" })}>
                <Icon name="hand" />
                <span>{driver === "policy" ? text.takeOver : text.handBack}</span>
                <kbd>T</kbd>
              </button>
            )}
            <span class="marks end">
              <button
                type="button"
                class="yes"
                aria-pressed={mark === true}
                disabled={!begun}
                onClick={() => studio.act({ kind: "mark", success: true })}
              >
                <Icon name="check" />
                <span>{text.success}</span>
                <kbd>1</kbd>
              </button>
              <button
                type="button"
                aria-pressed={mark === false}
                disabled={!begun}
                onClick={() => studio.act({ kind: "mark", success: false })}
              >
                <Icon name="cross" />
                <span>{text.fail}</span>
                <kbd>2</kbd>
              </button>
            </span>
            <button
              type="button"
              class="primary keep"
              disabled={!begun}
              onClick={() => studio.act({ kind: "keep" })}
            >
              {text.keep}
              <kbd>{text.enter}</kbd>
            </button>
          </>
        )}
      </div>
    </section>
  );
}

/** `00:12.4` */
export const timerOf = (seconds: number): string => {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${pad(Math.floor(tenths / 600))}:${pad(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
};

/** The shape of a phase: it differs without colour, too. */
function RecordMark({ phase, success }: { readonly phase: string; readonly success: boolean | null }) {
  if (phase === "kept") return <Icon name="check" />;
  if (phase === "review") return <Icon name={success === null ? "question" : success ? "check" : "cross"} />;
  if (phase === "rewinding") return <Icon name="rewind" />;
  if (phase === "thrown-away") return <Icon name="cross" />;
  if (phase === "stopped") return <Icon name="octagon" />;
  if (phase === "paused") return <Icon name="pause" />;
  return <i class={`record-mark ${phase}`} />;
}

/** A button that acts while it is held, by pointer or by key. */
function HeldButton(props: {
  readonly word: string;
  readonly kbd: string;
  readonly disabled: boolean;
  readonly onHold: (held: boolean) => void;
}) {
  const held = useRef(false);
  const hold = (now: boolean): void => {
    if (held.current === now) return;
    held.current = now;
    props.onHold(now);
  };
  const isPress = (event: KeyboardEvent): boolean => event.key === " " || event.key === "Enter";
  return (
    <button
      type="button"
      disabled={props.disabled}
      onPointerDown={() => hold(true)}
      onPointerUp={() => hold(false)}
      onPointerLeave={() => hold(false)}
      onKeyDown={(event) => {
        if (isPress(event)) hold(true);
      }}
      onKeyUp={(event) => {
        if (isPress(event)) hold(false);
      }}
      onBlur={() => hold(false)}
    >
      <Icon name="back" />
      <span>{props.word}</span>
      <kbd>{props.kbd}</kbd>
    </button>
  );
}

function Timeline({ studio }: { readonly studio: Studio }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const head = useRef<HTMLElement>(null);
  const undone = useRef<HTMLElement>(null);
  const recorder = studio.link.recorder.value;
  const rate = studio.link.opened.value?.contract.rates.record ?? 20;
  const look = theme.value;
  const frames = recorder?.frames ?? 0;
  const tail = recorder?.tail ?? 0;
  const draw = useRef(() => {});
  draw.current = () => {
    if (canvas.current === null) return;
    const ends = drawTimeline(canvas.current, studio.history(), { rate, frames, tail });
    if (ends === null || head.current === null || undone.current === null) return;
    head.current.style.transform = `translateX(${ends.take}px)`;
    undone.current.style.insetInlineStart = `${ends.take}px`;
    undone.current.style.inlineSize = `${ends.tail - ends.take}px`;
  };
  useEffect(() => draw.current(), [frames, tail, rate, look]);
  useEffect(() => {
    const resized = new ResizeObserver(() => draw.current());
    if (canvas.current !== null) resized.observe(canvas.current);
    return () => resized.disconnect();
  }, []);
  return (
    <div class="timeline">
      <canvas ref={canvas} role="img" aria-label={words.value.timeline} />
      <i ref={undone} class="undone" aria-hidden="true" />
      <i ref={head} class="head" aria-hidden="true" data-shown={frames > 0} />
    </div>
  );
}
