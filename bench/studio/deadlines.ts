/**
 * Recording while the page trains: an operator makes takes for ten minutes, the page shows both recorded cameras, a
 * training of the same page runs all the time. A deadline is missed when a step of the robot is not done when the
 * next one is due, or was dropped.
 */
import { listen, workAt } from "../../cli/browser/operator.js";
import { operatorTakes } from "./operators.js";
import { ASKED } from "./options.js";
import { type Found, figure, type Part, type PartContext, percentile } from "./part.js";
import { goTo, openDrive, serveStudio } from "./served.js";
import { watched } from "./watch.js";

const PERSON = 3000;
/** ms between steps */
const PERIOD = 50;
/** Steps of a training that outlasts the recording. */
const ENDLESS = 1_000_000;

async function deadlines(context: PartContext): Promise<Found> {
  const { minutes } = context.options;
  const { sets } = await operatorTakes("lift", context);
  const served = await serveStudio(sets);
  try {
    const tab = await served.context();
    const ears = await listen(tab);
    const page = await openDrive(tab, served.url, "lift");
    await goTo(page, "train");
    await page.fill("#train-steps", String(ENDLESS));
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page
      .getByText(/^Step [1-9]\d* of/)
      .first()
      .waitFor({ timeout: 180_000 });
    await goTo(page, "drive");
    await page.focus("#stage");
    const before = await watched(page);
    const from = { steps: ears.steps, dropped: ears.states?.timings.dropped ?? 0 };
    ears.lateness.length = 0;
    const { style } = await workAt(page, ears, {
      person: PERSON,
      takes: Number.POSITIVE_INFINITY,
      seconds: 60 * minutes,
    });
    const after = await watched(page);
    const pictures = after.pictures - before.pictures;
    const lateness = [...ears.lateness];
    const dropped = (ears.states?.timings.dropped ?? 0) - from.dropped;
    const steps = ears.steps - from.steps + dropped;
    const missed = lateness.filter((each) => each > PERIOD).length + dropped;
    await goTo(page, "train");
    const trained = Number(
      /Step (\d+) of/.exec(
        (await page
          .getByText(/^Step \d+ of/)
          .first()
          .textContent({ timeout: 10_000 })) ?? "",
      )?.[1],
    );
    if (!(trained > 100)) throw new Error("the training did not run beside the recording");
    if (steps < 60 * minutes * 5) throw new Error(`only ${steps} steps were made in ${minutes} minutes`);
    await tab.close();
    return {
      rows: [
        figure({
          what: `20 Hz deadlines missed in ${minutes} minutes of recording with both cameras while the page trains`,
          unit: "%",
          ours: (100 * missed) / steps,
          better: "lower",
          atLeast: 0.5,
          aim: 0,
          note: `${missed} of ${steps} (${dropped} dropped); half of the steps done ${percentile(lateness, 0.5).toFixed(1)} ms after they were due, 99 of 100 within ${percentile(lateness, 0.99).toFixed(1)} ms`,
        }),
      ],
      notes: [
        `deadlines: an ${style} model of a person kept ${ears.takes.length} takes; ${trained} steps of training meanwhile; ${(pictures / 60 / minutes).toFixed(1)} pictures/s of both cameras together`,
        ...(minutes < ASKED.minutes ? [`deadlines: SHORTENED to ${minutes} minutes`] : []),
      ],
    };
  } finally {
    await served.close();
  }
}

export const deadlineParts: readonly Part[] = [{ name: "deadlines", measure: deadlines }];
