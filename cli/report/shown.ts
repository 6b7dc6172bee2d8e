/** The report's part about takes that a model of a person made in the page: what it did, and pictures of each take. */
import { dataUri, type ReadFile, skippedBecause } from "./files.js";
import type { DemoResult, ShownTake } from "./result.js";
import { escapeText as e } from "./svg.js";

/** The section; it says so when the stage was skipped. */
export function drawShown(result: DemoResult, read: ReadFile): string {
  const { shown } = result;
  const title = "<h2>Shown in the studio</h2>";
  if (shown === null)
    return `<section>${title}<p class="note">Not in this run: ${e(skippedBecause(result, "show by keys") ?? "it was not asked for")}.</p></section>`;
  const { takes, task, maker, style, presses, rewinds, dataset } = shown;
  const regrets =
    rewinds === 0 ? "took nothing back" : `took ${rewinds} ${rewinds === 1 ? "step" : "steps"} back`;
  return `<section>
${title}
<p>A browser without a window opened the studio’s page, and a model of a person (${e(style)}) showed ${e(task)} by keys: it sees the page a quarter of a second late, pressed ${presses} keys and ${regrets}. The takes went through the studio’s server into a LeRobot v3.0 data set; they are labelled ${e(maker)}, and the policies below were not trained on them.</p>
${takes.map((take, i) => drawTake(take, i, read)).join("")}
<dl><dt>Data set</dt><dd><code>${e(dataset.replaceAll("\\", "/"))}</code></dd></dl>
</section>`;
}

function drawTake(take: ShownTake, index: number, read: ReadFile): string {
  const film = take.film === null ? null : read(take.film);
  const verdict =
    take.success === null
      ? "not judged"
      : take.success
        ? '<b class="ok">✓ success</b>'
        : '<b class="bad">✗ failure</b>';
  const about = `${take.sentence}: eight moments of take ${index + 1}`;
  return `<figure>${film === null ? "" : `<img class="taken" alt="${e(about)}" src="${dataUri("image/jpeg", film)}">`}<figcaption>${verdict} take ${index + 1}: “${e(take.sentence)}” <span>${take.seconds.toFixed(1)} s, ${take.presses} keys${take.seed === null ? "" : `, seed ${take.seed}`}</span></figcaption></figure>`;
}
