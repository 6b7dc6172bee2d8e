/** The task: which one, in which layout, said in words, and how far it has come. */
import { Icon } from "../icons.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import { robotsOf, TASK_NAMES } from "../tasks.js";

/** Task picker, layout, sentence, steps. */
export function TaskCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const scene = studio.link.scene.value;
  const progress = studio.progress.value;
  const busy = studio.inTake.value;
  return (
    <section class="card task" aria-label={text.task}>
      <header>
        <Icon name="task" />
        <h2>
          <label>
            <span class="hidden-words">{text.task}</span>
            <select
              class="task-name"
              value={studio.task.value}
              disabled={busy}
              onChange={(event) => studio.openTask(event.currentTarget.value)}
            >
              {TASK_NAMES.map((name) => (
                <option key={name} value={name}>
                  {text.tasks[name]}
                </option>
              ))}
            </select>
          </label>
        </h2>
      </header>
      <div class="set-up">
        <RobotChoice studio={studio} busy={busy} />
        <button
          type="button"
          class="small end"
          title={text.newLayout}
          disabled={busy || scene === null}
          onClick={() => studio.act({ kind: "new-layout" })}
        >
          <Icon name="dice" />
          {text.layout(scene?.seed ?? 0)}
        </button>
      </div>
      {scene === null ? (
        <p class="note">{text.loading}</p>
      ) : (
        <>
          <p class="sentence" lang={text.language === "zh" ? "zh-Hans" : "en"}>
            {quoted(text.language === "zh" ? scene.sentence.zh : scene.sentence.en, text.language === "zh")}
          </p>
          <p class="sentence other" lang={text.language === "zh" ? "en" : "zh-Hans"}>
            {text.language === "zh" ? scene.sentence.en : scene.sentence.zh}
          </p>
        </>
      )}
      <ol class="steps">
        {progress.steps.map((step, index) => {
          const state = index < progress.done ? "done" : index === progress.done ? "now" : "later";
          const reached = studio.reached.value[index];
          return (
            <li key={step.text(text)} class={state}>
              {state === "done" ? <Icon name="check" /> : <span class="step-mark" />}
              <span>
                {step.text(text)}
                <span class="hidden-words">, {text[state]}</span>
              </span>
              <span class="end">
                {state === "done" && reached !== undefined
                  ? text.seconds(reached.toFixed(1))
                  : state === "now" && step.left !== null
                    ? lengthOf(step.left)
                    : null}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Which robot does it; a choice where there is more than one that can. */
function RobotChoice({ studio, busy }: { readonly studio: Studio; readonly busy: boolean }) {
  const text = words.value;
  const able = robotsOf(studio.task.value);
  if (able.length < 2) return <span class="robot-name">{text.robots[studio.robot.value]}</span>;
  return (
    <label>
      <span class="hidden-words">{text.robotWith}</span>
      <select
        class="robot-name"
        value={studio.robot.value}
        disabled={busy}
        onChange={(event) => studio.openTask(studio.task.peek(), event.currentTarget.value)}
      >
        {able.map((name) => (
          <option key={name} value={name}>
            {text.robots[name]}
          </option>
        ))}
      </select>
    </label>
  );
}

const quoted = (sentence: string, chinese: boolean): string =>
  chinese ? `“${sentence}。”` : `“${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.”`;

const lengthOf = (metres: number): string =>
  metres < 1 ? `${Math.round(metres * 1000)} mm` : `${metres.toFixed(2)} m`;
