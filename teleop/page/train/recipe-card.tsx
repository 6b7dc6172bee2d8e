/** The recipe: few fields, the data that will be used, and the button. */
import { ALGORITHMS } from "../../../policy/index.js";
import { isAmplified } from "../amplification.js";
import { split } from "../held-out.js";
import { Icon } from "../icons.js";
import { usable, usedFrames } from "../library.js";
import { routeTo } from "../route.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";

/** Takes from which on training is worth while. */
const GOOD_START = 20;

/** Method, steps, seed; data; train. */
export function RecipeCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { policies, link } = studio;
  const choice = policies.choice.value;
  const opened = link.opened.value;
  const recipe = opened === null ? null : policies.recipe();
  const takes = studio.takes.value.filter((take) => !take.removed);
  const known = takes.filter(usable);
  const shown = known.filter((take) => !isAmplified(take));
  const used = choice.amplified ? known : shown;
  const held = used.some(isAmplified) ? 0 : split(used).judge.length;
  const seconds = used.reduce((sum, take) => sum + (take.seconds * usedFrames(take)) / take.frames, 0);
  const state = policies.training.value.state;
  const busy = state === "loading" || state === "running";
  return (
    <section class="card" aria-label={text.recipe}>
      <header>
        <Icon name="sliders" />
        <h2>{text.recipe}</h2>
        <span class="end note">{text.tasks[studio.task.value]}</span>
      </header>
      <div class="fields">
        <label for="algorithm">{text.algorithm}</label>
        <select
          id="algorithm"
          value={choice.algorithm}
          disabled={busy}
          onChange={(event) => {
            policies.choice.value = { ...choice, algorithm: event.currentTarget.value };
          }}
        >
          {ALGORITHMS.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <label for="train-steps">{text.trainSteps}</label>
        <input
          id="train-steps"
          type="number"
          min={10}
          max={1_000_000}
          value={recipe?.steps ?? ""}
          disabled={busy}
          onChange={(event) => {
            const steps = Math.round(Number(event.currentTarget.value));
            policies.choice.value = { ...choice, steps: steps >= 10 && steps <= 1_000_000 ? steps : null };
          }}
        />
        <label for="train-seed">{text.seed}</label>
        <input
          id="train-seed"
          type="number"
          min={0}
          max={1_000_000}
          value={choice.seed}
          disabled={busy}
          onChange={(event) => {
            const seed = Math.round(Number(event.currentTarget.value));
            policies.choice.value = { ...choice, seed: seed >= 0 && seed <= 1_000_000 ? seed : 0 };
          }}
        />
      </div>
      {known.length > shown.length ? (
        <div class="fields">
          <label for="train-with">{text.trainWith}</label>
          <select
            id="train-with"
            value={choice.amplified ? "all" : "takes"}
            disabled={busy}
            onChange={(event) => {
              policies.choice.value = { ...choice, amplified: event.currentTarget.value === "all" };
            }}
          >
            <option value="all">{text.takesAndAmplified(shown.length, known.length - shown.length)}</option>
            <option value="takes">{text.takesAlone(shown.length)}</option>
          </select>
        </div>
      ) : null}
      <div class="lines">
        <p>
          {text.dataUsed}
          <b>{text.dataOf(used.length, seconds.toFixed(0))}</b>
        </p>
        {held > 0 ? <p>{text.heldOutTakes(held)}</p> : null}
        {takes.length > known.length ? <p>{text.leftOut(takes.length - known.length)}</p> : null}
        {used.length < GOOD_START ? <p>{text.fewTakes(shown.length)}</p> : null}
      </div>
      {opened !== null && policies.treatable() ? (
        <label class="check">
          <input
            type="checkbox"
            checked={choice.treat}
            disabled={busy}
            onChange={(event) => {
              policies.choice.value = { ...choice, treat: event.currentTarget.checked };
            }}
          />
          <span>
            {text.treat}
            <span class="note">
              {opened.contract.control === "base-twist" ? text.treatExplainBase : text.treatExplain}
            </span>
          </span>
        </label>
      ) : null}
      {used.length === 0 ? (
        <a class="button wide-button" href={routeTo("drive")}>
          {text.goDrive}
        </a>
      ) : busy ? (
        <button type="button" class="wide-button" onClick={policies.stop}>
          {text.stopTraining}
        </button>
      ) : (
        <button type="button" class="primary wide-button" onClick={() => void policies.start()}>
          {text.startTraining}
        </button>
      )}
      <p class="note" style={{ marginBlockStart: "0.625rem" }}>
        {text.trainExplain}
      </p>
    </section>
  );
}
