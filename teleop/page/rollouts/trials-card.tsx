/** How often it worked: trials with their layouts, the rate with its interval, failures to watch again. */
import { wilson } from "../../../core/index.js";
import { Verdict } from "../drive/takes-card.js";
import { Icon } from "../icons.js";
import type { PolicyTrial } from "../link.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import { Interval } from "./interval.js";

/** Table and rate of the chosen policy. */
export function TrialsCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { link, policies } = studio;
  const trials = link.trials.value.filter(({ policy }) => policy === policies.chosen.value);
  const judged = trials.filter(({ intervened }) => intervened === 0);
  const good = judged.filter(({ outcome }) => outcome.state === "success").length;
  const rate = wilson(good, judged.length);
  const percent = (share: number): number => Math.round(100 * share);
  return (
    <section class="card grow" aria-label={text.trials}>
      <header>
        <Icon name="list" />
        <h2>{text.trials}</h2>
      </header>
      {trials.length === 0 ? (
        <p class="note">{text.noTrials}</p>
      ) : (
        <>
          <p class="rate">{judged.length === 0 ? "–" : `${percent(rate.rate)} %`}</p>
          <p class="note">
            {text.rate(good, judged.length, percent(rate.rate), percent(rate.low), percent(rate.high))}
          </p>
          <Interval rate={rate} label={text.interval} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is reached by keyboard */}
          <section class="scroll-table" tabIndex={0} aria-label={text.trials}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{text.trial}</th>
                  <th scope="col">{text.result}</th>
                  <th scope="col">{text.time}</th>
                  <th scope="col">{text.watch}</th>
                </tr>
              </thead>
              <tbody>
                {trials.toReversed().map((trial, index) => (
                  <tr key={`${trial.seed}-${trials.length - index}`}>
                    <td>{trial.seed}</td>
                    <td>
                      <Verdict success={trial.outcome.state === "success"} />{" "}
                      {
                        text.outcomes[
                          trial.outcome.state === "failure" ? trial.outcome.kind : trial.outcome.state
                        ]
                      }
                    </td>
                    <td>{text.seconds(trial.seconds.toFixed(1))}</td>
                    <td>
                      <button
                        type="button"
                        class="small"
                        aria-label={`${text.watch} ${trial.seed}`}
                        onClick={() => watch(studio, trial)}
                      >
                        <Icon name="play" />
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </>
      )}
    </section>
  );
}

/** Shows a trial as it went, in the place of the live robot. */
function watch(studio: Studio, { episode }: PolicyTrial): void {
  const { replay, link } = studio;
  const contract = link.opened.peek()?.contract;
  if (contract === undefined) return;
  replay.present(episode, contract.rates.record, contract);
  replay.active.value = true;
  replay.toggle();
}
