/** The playhead and the curves that share it with the picture. */
import { useMemo } from "preact/hooks";
import type { Episode } from "../../../datasets/index.js";
import { Chart, type Series } from "../chart.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import type { Words } from "../words/index.js";
import { refusalWords } from "../words/refusals.js";
import { Playbar } from "./playbar.js";
import { TrimTools } from "./trim-tools.js";

/** Colours of x, y and z. */
const AXES = ["--danger", "--ok", "--plan"] as const;

/** Play, playhead, two charts. */
export function EpisodeDeck({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { replay, link } = studio;
  const episode = replay.episode.value;
  const rate = link.opened.value?.contract.rates.record ?? 20;
  const { prediction, wanted } = studio.predictions;
  const found = prediction.value;
  const predicted = found.state === "ready" ? found.actions : null;
  const charts = useMemo(
    () => (episode === null ? null : chartsOf(text, episode, rate, predicted)),
    [text, episode, rate, predicted],
  );
  const policies = studio.policies.files.value.filter(({ task }) => task === studio.task.value);
  return (
    <section class="card deck episode-deck" aria-label={text.playhead}>
      <Playbar studio={studio} />
      <TrimTools studio={studio} />
      {episode === null ? null : (
        <div class="overlay">
          {policies.length === 0 ? null : (
            <>
              <label class="check">
                <input
                  type="checkbox"
                  checked={wanted.value}
                  onChange={(event) => {
                    wanted.value = event.currentTarget.checked;
                  }}
                />
                <span>{text.comparePolicy}</span>
              </label>
              <select
                aria-label={text.policy}
                value={studio.policies.chosen.value ?? ""}
                onChange={(event) => {
                  studio.policies.chosen.value = event.currentTarget.value;
                }}
              >
                {policies.map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
              <span class="note" role="status">
                {found.state === "asking"
                  ? text.predicting
                  : found.state === "failed"
                    ? refusalWords(text.language, found.reason)
                    : found.state === "ready"
                      ? differenceWords(text, episode, found)
                      : ""}
              </span>
            </>
          )}
          <span class="key-lines end">
            <span class="key-line">
              <svg viewBox="0 0 20 8" aria-hidden="true">
                <path d="M0 4h20" />
              </svg>
              {text.state}
            </span>
            <span class="key-line">
              <svg viewBox="0 0 20 8" aria-hidden="true">
                <path d="M0 4h20" stroke-dasharray="6 4" />
              </svg>
              {text.action}
            </span>
            {predicted === null ? null : (
              <span class="key-line">
                <svg class="policy-line" viewBox="0 0 20 8" aria-hidden="true">
                  <path d="M0 4h20" stroke-dasharray="1.5 3" />
                </svg>
                {text.predicted}
              </span>
            )}
          </span>
        </div>
      )}
      {charts === null ? (
        <p class="note">
          {replay.scene.value.state === "failed" ? replay.scene.value.reason : text.noTakesYet}
        </p>
      ) : (
        <div class="charts">
          {charts.map((chart) => (
            <div class="chart-box" key={chart.title}>
              <h3>
                {chart.title}
                {chart.names.map((name, i) => (
                  <span key={name} class="axis-name" style={{ color: `var(${AXES[i]})` }}>
                    {name}
                  </span>
                ))}
              </h3>
              <Chart
                label={chart.title}
                x={chart.x}
                series={chart.series}
                unit=" s"
                playhead={replay.time}
                used={studio.trimming.used}
                {...(chart.range === undefined ? {} : { range: chart.range })}
                onSeek={replay.seek}
              />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

/** Of an arm: mm between the policy's first command and the one that was given, mean over the take. */
function differenceWords(
  text: Words,
  { actions, length, features }: Episode,
  { policy, actions: predicted }: { readonly policy: string; readonly actions: Float32Array },
): string {
  if (features["observation.ee.position"] === undefined) return policy;
  const size = actions.length / length;
  let sum = 0;
  for (let frame = 0; frame < length; frame++)
    sum += Math.hypot(...[0, 1, 2].map((k) => actions[frame * size + k]! - predicted[frame * size + k]!));
  return text.predictionOf(policy, ((1000 * sum) / length).toFixed(1));
}

/** mm */
const GRIPPER = [0, 85] as const;

interface ChartOf {
  readonly title: string;
  /** of curves in the colours of `AXES`; empty where one colour needs no name */
  readonly names: readonly string[];
  readonly range?: readonly [number, number];
  readonly x: readonly number[];
  readonly series: readonly Series[];
}

/** What was measured and commanded: of an arm place and gripper, of a base place and speed. */
function chartsOf(text: Words, episode: Episode, rate: number, predicted: Float32Array | null): ChartOf[] {
  const x = Array.from({ length: episode.length }, (_, i) => i / rate);
  const column = (data: Float32Array | undefined, at: number, factor = 1): number[] => {
    if (data === undefined) return x.map(() => Number.NaN);
    const size = data.length / episode.length;
    return x.map((_, i) => data[i * size + at]! * factor);
  };
  const { features, actions } = episode;
  const tool = features["observation.ee.position"];
  const both = (name: string, colour: string, seen: number[], asked: number | null, factor = 1): Series[] => [
    { name: `${name} ${text.state}`, values: seen, colour },
    ...(asked === null
      ? []
      : [{ name: `${name} ${text.action}`, values: column(actions, asked, factor), colour, dash: [6, 4] }]),
    ...(asked === null || predicted === null
      ? []
      : [
          {
            name: `${name} ${text.predicted}`,
            values: column(predicted, asked, factor),
            colour: "--policy",
            dash: [1.5, 3],
            width: 2,
          },
        ]),
  ];
  if (tool !== undefined)
    return [
      {
        title: text.chartPosition,
        names: ["x", "y", "z"],
        x,
        series: ["x", "y", "z"].flatMap((name, i) => both(name, AXES[i]!, column(tool, i), i)),
      },
      {
        title: text.chartGripper,
        names: [],
        range: GRIPPER,
        x,
        series: both(text.gripper, "--you", column(features["observation.gripper.width"], 0, 1000), 4, 1000),
      },
    ];
  const twist = features["observation.base.twist"];
  return [
    {
      title: text.chartSpeed,
      names: ["v", "ω"],
      x,
      series: ["v", "ω"].flatMap((name, i) => both(name, AXES[i]!, column(twist, i), i)),
    },
    {
      title: text.chartBase,
      names: ["x", "y"],
      x,
      series: ["x", "y"].flatMap((name, i) =>
        both(name, AXES[i]!, column(features["observation.base.position"], i), null),
      ),
    },
  ];
}
