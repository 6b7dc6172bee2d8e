/** Two policies side by side, on the same layouts: rates with their intervals, and where they differ. */
import { useSignal } from "@preact/signals";
import { type Rate, wilson } from "../../../core/index.js";
import type { Compared } from "../comparison.js";
import { Icon } from "../icons.js";
import type { PolicyFile } from "../policies.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import { Interval } from "./interval.js";

const LAYOUTS = [20, 50, 100, 200];

/** Pickers, button, two bars. */
export function CompareCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { policies, comparison } = studio;
  const files = policies.files.value.filter(({ task }) => task === studio.task.value);
  const picked = useSignal<readonly [string | null, string | null]>([null, null]);
  const layouts = useSignal(50);
  const compared = comparison.found.value;
  const names = files.map(({ name }) => name);
  const [one, other] = lastOfEach(files);
  const first = names.find((name) => name === picked.value[0]) ?? one;
  const second = names.find((name) => name === picked.value[1]) ?? other;
  const running = compared?.state === "running";
  return (
    <section class="card" aria-label={text.compare}>
      <header>
        <Icon name="chart" />
        <h2>{text.compare}</h2>
      </header>
      {files.length < 2 ? (
        <p class="note">{text.compareNeedsTwo}</p>
      ) : (
        <>
          <div class="fields">
            {([first, second] as const).map((chosen, which) => (
              <>
                <label for={`compare-${which}`}>{which === 0 ? text.compareThis : text.compareThat}</label>
                <select
                  id={`compare-${which}`}
                  value={chosen}
                  disabled={running}
                  onChange={(event) => {
                    const name = event.currentTarget.value;
                    picked.value = which === 0 ? [name, second] : [first, name];
                  }}
                >
                  {names.map((name) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </select>
              </>
            ))}
            <label for="compare-layouts">{text.compareLayouts}</label>
            <select
              id="compare-layouts"
              value={layouts.value}
              disabled={running}
              onChange={(event) => {
                layouts.value = Number(event.currentTarget.value);
              }}
            >
              {LAYOUTS.map((n) => (
                <option key={n} value={n}>
                  {n}
                </option>
              ))}
            </select>
          </div>
          {running ? (
            <button type="button" class="wide-button" onClick={comparison.stop}>
              {text.compareStop}
            </button>
          ) : (
            <button
              type="button"
              class="wide-button"
              disabled={first === second}
              onClick={() => comparison.start([first, second], layouts.peek())}
            >
              {text.compareStart}
            </button>
          )}
          {compared === null ? null : <Result compared={compared} />}
        </>
      )}
    </section>
  );
}

/** Of the two trainings that came last, the policy of the last step each. */
function lastOfEach(files: readonly PolicyFile[]): [string, string] {
  const trainings = new Map<string, PolicyFile>();
  for (const file of files) {
    const training = file.name.replace(/-\d+$/, "");
    const known = trainings.get(training);
    if (known === undefined || file.step > known.step) trainings.set(training, file);
  }
  const last = [...trainings.values()].map(({ name }) => name);
  const [one, other] = last.length > 1 ? last.slice(-2) : files.map(({ name }) => name).slice(-2);
  return [one ?? "", other ?? ""];
}

function Result({ compared }: { readonly compared: Compared }) {
  const text = words.value;
  const { names, layouts, total, problem } = compared;
  const good = (which: 0 | 1): Rate =>
    wilson(layouts.filter(({ success }) => success[which]).length, layouts.length);
  const both = layouts.filter(({ success: [a, b] }) => a && b).length;
  const neither = layouts.filter(({ success: [a, b] }) => !a && !b).length;
  return (
    <div class="compared" role="status">
      <p class="note">
        {problem === null ? text.compareRuns(layouts.length, total) : text.compareFailed(problem)}
      </p>
      {([0, 1] as const).map((which) => {
        const rate = good(which);
        return (
          <div key={names[which]}>
            <p class="compared-name">
              <span>{names[which]}</span>
              <b>{layouts.length === 0 ? "–" : `${Math.round(100 * rate.rate)} %`}</b>
            </p>
            <Interval rate={rate} label={text.interval} />
            <p class="note">
              {text.rate(
                rate.successes,
                rate.episodes,
                Math.round(100 * rate.rate),
                Math.round(100 * rate.low),
                Math.round(100 * rate.high),
              )}
              {" · "}
              {text.compareOnly} {rate.successes - both}
            </p>
          </div>
        );
      })}
      <p class="note">
        {text.compareBoth} {both} · {text.compareNeither} {neither}
      </p>
    </div>
  );
}
