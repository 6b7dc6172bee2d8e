/**
 * The scene behind the page: one canvas for every screen, what stands over it, and the keys that act on it. They drive
 * the robot only while the scene has the focus. What is drawn on the canvas, and when, is in `picture.ts`.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { phaseWords } from "./drive/phase.js";
import { Icon } from "./icons.js";
import { runPicture } from "./picture.js";
import type { Pin } from "./pins.js";
import { counters, words } from "./settings.js";
import type { Studio } from "./studio.js";
import { worldOfTask } from "./tasks.js";

/** The canvas, what stands over it, and whoever listens to it. */
export function Stage({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const body = studio.body.value;
  // Each robot is a picture of its own.
  const seen = `${worldOfTask(studio.task.value)} ${studio.robot.value}`;
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pins = useSignal<readonly Pin[]>([]);
  const elements = useRef(new Map<string, HTMLElement>());
  const place = useRef(() => {});
  // At rest no frame comes after them that would.
  useLayoutEffect(() => place.current(), [pins.value]);

  useEffect(() => {
    const [host, target] = [stage.current, canvas.current];
    if (host === null || target === null) return;
    return runPicture(studio, host, target, { pins, elements: elements.current, place });
  }, [studio, seen, pins]);

  // Keys: robot keys act while the scene has the focus, Escape always.
  useEffect(() => {
    const host = stage.current;
    const key = (event: KeyboardEvent, down: boolean): void => {
      const focused = host === document.activeElement;
      const stop = event.code === "Escape";
      if (stop && down) {
        studio.sheet.value = false;
        studio.planSheet.value = false;
      }
      if (!(focused && studio.drivable.peek()) && !(stop && down)) return;
      if (event.isComposing && !stop) return;
      if (studio.input.peek()?.key(event, down) && (focused || stop)) event.preventDefault();
    };
    const onDown = (event: KeyboardEvent) => key(event, true);
    const onUp = (event: KeyboardEvent) => key(event, false);
    addEventListener("keydown", onDown);
    addEventListener("keyup", onUp);
    return () => {
      removeEventListener("keydown", onDown);
      removeEventListener("keyup", onUp);
    };
  }, [studio]);

  const stale = studio.notices.now.value.find((notice) => notice.kind === "stale");
  const recorder = studio.link.recorder.value;
  const driver = studio.driver.value;
  const driverWords =
    driver === "policy" ? text.policyDrives : driver === "taken-over" ? text.youHaveIt : text.youDrive;
  return (
    <>
      <div
        ref={stage}
        id="stage"
        class={stale === undefined ? "stage" : "stage old"}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the scene is where the robot is driven from
        tabIndex={0}
        aria-label={text.stage(
          text.robots[studio.robot.value] ?? (body === "arm" ? text.arm : text.base),
          driverWords,
          recorder === null ? text.loading : phaseWords(text, recorder),
        )}
        aria-describedby="stage-keys"
        onBlur={() => studio.input.peek()?.lose()}
      >
        <canvas key={seen} ref={canvas} />
      </div>
      <p id="stage-keys" hidden>
        {text.stageKeys}
      </p>
      <div class="pins" aria-hidden="true">
        {pins.value.map((pin) => (
          <span
            key={pin.key}
            class={`pin ${pin.level}`}
            ref={(element) => {
              if (element === null) elements.current.delete(pin.key);
              else elements.current.set(pin.key, element);
            }}
          >
            {pin.level === "plain" ? null : <Icon name="warn" />}
            {pin.text}
          </span>
        ))}
      </div>
      {stale?.kind === "stale" ? (
        <div class="stale" role="alert">
          <p>
            <b>{text.stale(stale.seconds.toFixed(1))}</b>
            <span>{text.lastPose(clockOf(stale.last))}</span>
          </p>
        </div>
      ) : null}
      {counters.value ? <Counter studio={studio} /> : null}
    </>
  );
}

/** The time of day to a tenth of a second. */
const clockOf = (date: Date): string =>
  `${date.toLocaleTimeString("en-GB")}.${Math.floor(date.getMilliseconds() / 100)}`;

/** What the picture costs: counted a second, never drawn for its own sake. */
function Counter({ studio }: { readonly studio: Studio }) {
  const frames = studio.framesPerSecond.value;
  const { calls, triangles, script } = studio.view.value?.statistics() ?? {
    calls: 0,
    triangles: 0,
    script: 0,
  };
  return (
    <output class="counter">
      {words.value.counter(frames, calls, triangles.toLocaleString("en"), script.toFixed(1))}
    </output>
  );
}
