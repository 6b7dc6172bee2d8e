/** The loss as it falls, and the time left. */
import { useMemo } from "preact/hooks";
import { Chart } from "../chart.js";
import { Icon } from "../icons.js";
import type { Training } from "../policies.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import type { Words } from "../words/index.js";

/** Curve and progress. */
export function LossCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { training, curve, heldOut } = studio.policies;
  const judged = heldOut.value;
  const points = curve.value;
  const state = training.value;
  const x = useMemo(() => points.map(({ step }) => step), [points]);
  const series = useMemo(
    () => [{ name: "loss", values: points.map(({ loss }) => loss), colour: "--you", width: 2 }],
    [points],
  );
  const last = points.at(-1);
  const errors = useMemo(() => {
    const at = new Map(judged.map(({ step, error }) => [step, 100 * error]));
    return {
      x: judged.map(({ step }) => step),
      series: [
        { name: "held out", values: judged.map(({ step }) => at.get(step)!), colour: "--policy", width: 3 },
      ],
    };
  }, [judged]);
  const best = judged.reduce<(typeof judged)[number] | null>(
    (least, each) => (least === null || each.error < least.error ? each : least),
    null,
  );
  return (
    <section class="card loss" aria-label={text.loss}>
      <header>
        <Icon name="chart" />
        <h2>{text.loss}</h2>
        <span class="end note">{last === undefined ? "" : text.lossNow(last.loss.toFixed(3))}</span>
      </header>
      {points.length < 2 ? (
        <div class="empty" style={{ flex: 1 }}>
          <svg class="drawn curve" viewBox="0 0 208 96" aria-hidden="true">
            <path d="M8 4v84h192" />
            <path class="falls" d="M14 12c10 40 24 52 44 58s60 8 136 12" />
          </svg>
          <p>{stateWords(text, state)}</p>
          <p class="note">{text.trainWhat}</p>
        </div>
      ) : (
        <Chart label={text.loss} x={x} series={series} unit="" logarithmic />
      )}
      {judged.length > 1 ? (
        <div class="held-out">
          <h3 class="note">
            {text.heldOut}
            {best === null ? null : (
              <b class="end">{text.heldOutBest((100 * best.error).toFixed(0), best.step)}</b>
            )}
          </h3>
          <Chart label={text.heldOut} x={errors.x} series={errors.series} unit="" points />
        </div>
      ) : null}
      <div class="lines">
        {state.state === "running" ? (
          <div class="bar">
            <i style={{ inlineSize: `${(100 * state.step) / Math.max(1, state.total)}%` }} />
          </div>
        ) : null}
        <p role="status" class={points.length < 2 ? "hidden-words" : ""}>
          {stateWords(text, state)}{" "}
          {state.state === "running" && state.secondsLeft !== null ? (
            <b>{text.timeLeft(leftOf(state.secondsLeft))}</b>
          ) : null}
        </p>
      </div>
    </section>
  );
}

const leftOf = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

function stateWords(text: Words, state: Training): string {
  switch (state.state) {
    case "idle":
      return text.trainingIdle;
    case "loading":
      return text.trainingLoading;
    case "running":
      return text.trainingRuns(state.step, state.total);
    case "done":
      return text.trainingDone(state.seconds.toFixed(0));
    case "failed":
      return text.trainingFailed(state.reason);
  }
}
