/** The first lesson in one line over the scene's lower edge: what to do now, how far it is, and a way out. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "./icons.js";
import { LESSON, type LessonStep, lessonAfter } from "./lesson.js";
import { lessonOver, words } from "./settings.js";
import type { Studio } from "./studio.js";

/** Shown while a person has no take of their own yet and has not skipped it. */
export function LessonLine({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const step = useSignal<LessonStep>("move");
  const { lesson } = studio;
  // It is about an arm at its table.
  const arm = studio.body.value === "arm" && studio.link.opened.value?.body === "arm";
  const takes = studio.takes.value.length;
  const recorder = studio.link.recorder.value;
  const { done } = studio.progress.value;
  const moves = (studio.input.value?.pressed.value.size ?? 0) > 0 && studio.inMotion.value;
  const facts = {
    moves,
    reached: done >= 1,
    holds: done >= 2,
    lifted: done >= 3 && (recorder?.frames ?? 0) > 0,
    rewound: (recorder?.tail ?? 0) > 0,
    takes,
  };
  const next = lessonAfter(step.value, facts);
  useEffect(() => {
    if (next === null) lessonOver.value = true;
    else if (next !== step.value) step.value = next;
  }, [next, step]);
  const off =
    !arm || lessonOver.value || takes > 0 || recorder === null || studio.library.state.value !== "ready";
  const shown = off ? null : step.value;
  // The picture rings what the lesson is about.
  useEffect(() => {
    lesson.value = shown;
    return () => {
      lesson.value = null;
    };
  }, [lesson, shown]);
  if (off) return null;
  const number = LESSON.indexOf(step.value) + 1;
  return (
    <div class="lesson" role="status">
      <span class="lesson-dots" role="img" aria-label={text.ofMany(number, LESSON.length)}>
        {LESSON.map((each, i) => (
          <i key={each} class={i + 1 < number ? "done" : i + 1 === number ? "now" : ""} />
        ))}
      </span>
      <b>{text.lesson[step.value]}</b>
      <button
        type="button"
        class="plain small"
        onClick={() => {
          lessonOver.value = true;
        }}
      >
        {text.skipLesson}
        <Icon name="cross" />
      </button>
    </div>
  );
}
