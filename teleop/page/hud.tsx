/** What stands at the top of the free middle: who drives, and where the picture is seen from. */
import { useEffect, useRef } from "preact/hooks";
import { LessonLine } from "./lesson-line.js";
import { route } from "./route.js";
import { words } from "./settings.js";
import type { Studio } from "./studio.js";

/** Driver badge, presets, and a hint while the scene has no focus. */
export function Hud({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const view = studio.view.value;
  const replaying = studio.replay.active.value;
  const driver = studio.driver.value;
  const free = useRef<HTMLElement>(null);
  // The picture's subject stands in the middle of what this screen leaves free.
  useEffect(() => {
    studio.free.value = free.current;
    return () => {
      studio.free.value = null;
    };
  }, [studio]);
  const says =
    driver === "policy" ? text.policyDrives : driver === "taken-over" ? text.youHaveIt : text.youDrive;
  return (
    <main class="free" ref={free}>
      <div class="hud">
        <span
          role="status"
          class={`driver ${replaying ? "replay" : driver === "policy" ? "policy" : driver === "taken-over" ? "taken" : "you"}`}
        >
          <i class="dot" aria-hidden="true" />
          <span>{replaying || !studio.drivable.value ? text.replaying : says}</span>
        </span>
        {studio.drivable.value ? <TaskLine studio={studio} /> : null}
        {view === null ? null : (
          <fieldset class="segments views">
            <legend class="hidden-words">{text.views}</legend>
            {view.camera.presets.map((name) => (
              <button
                type="button"
                key={name}
                aria-pressed={studio.preset.value === name}
                title="V"
                onClick={() => {
                  studio.preset.value = name;
                  view.camera.preset(name);
                }}
              >
                {text.preset[capital(name)] ?? name}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      {route.value.screen === "drive" ? <LessonLine studio={studio} /> : null}
    </main>
  );
}

/** Sentence and steps in a line, where the task's card is folded away. */
function TaskLine({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { steps, done } = studio.progress.value;
  const sentence = studio.link.scene.value?.sentence[text.language];
  if (sentence === undefined) return null;
  return (
    <p class="task-line">
      <span>{sentence}</span>
      <span class="task-dots" role="img" aria-label={steps[done]?.text(text) ?? text.done}>
        {steps.map((step, index) => (
          <i key={step.text(text)} class={index < done ? "done" : index === done ? "now" : ""} />
        ))}
      </span>
    </p>
  );
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
