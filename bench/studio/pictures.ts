/**
 * What a person feels at the page: the script of a frame, the time from a key to motion, the time to the next layout.
 * In software graphics, where a frame's pixels cost much more than its script: the script is what is judged.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../result.js";
import { ASKED } from "./options.js";
import { type Found, figure, type Part, type PartContext, percentile } from "./part.js";
import { openDrive, SCREEN, type Served, serveStudio } from "./served.js";
import { nextMeasure, pressUntilItMoves, showObjects, watched } from "./watch.js";

const OBJECTS = 10;
/** s of driving that are measured, after some for compilers to warm up */
const DRIVE = { warm: 5, measured: 60 } as const;
/** frames without which their median says little; software graphics draw from 2.5 a second on */
const ENOUGH = 150;
const PRESSES = 40;
const TAKES = 50;
/** s of a take for the sake of the next layout */
const TAKE = 3;

/** Runs with a served page over an empty folder. */
async function alone(run: (served: Served) => Promise<Found>): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), "apprentice-bench-"));
  const served = await serveStudio(folder);
  try {
    return await run(served);
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const frame = ({ log }: PartContext): Promise<Found> =>
  alone(async (served) => {
    const context = await served.context();
    await showObjects(context, OBJECTS);
    const page = await openDrive(context, served.url, "lift");
    const devtools = await context.newCDPSession(page);
    await devtools.send("Performance.enable");
    /** all script of the page's own thread so far, s */
    const script = async (): Promise<number> =>
      (await devtools.send("Performance.getMetrics")).metrics.find(({ name }) => name === "ScriptDuration")!
        .value;
    const drive = async (seconds: number): Promise<void> => {
      for (const end = performance.now() + 1000 * seconds; performance.now() < end; )
        for (const key of ["KeyA", "KeyD"]) {
          await page.keyboard.down(key);
          await page.waitForTimeout(500);
          await page.keyboard.up(key);
        }
    };
    await drive(DRIVE.warm);
    const [before, scriptBefore] = [await watched(page), await script()];
    await drive(DRIVE.measured);
    const [after, scriptAfter] = [await watched(page), await script()];
    const frames = after.frames.slice(before.frames.length);
    const gaps = after.gaps.slice(before.gaps.length);
    if (frames.length < ENOUGH)
      throw new Error(`only ${frames.length} frames were drawn in ${DRIVE.measured} s`);
    const pictures = (after.pictures - before.pictures) / DRIVE.measured;
    if (pictures === 0) throw new Error("no picture of a recorded camera was drawn");
    const all = (1000 * (scriptAfter - scriptBefore)) / frames.length;
    log(`${frames.length} frames, script ${median(frames).toFixed(1)} ms`);
    return {
      rows: [
        figure({
          what: `script of a frame, submission of graphics included, ${OBJECTS} objects and two cameras, median`,
          unit: "ms",
          ours: median(frames),
          better: "lower",
          atLeast: 8,
          aim: 4,
          note: `95 of 100 within ${percentile(frames, 0.95).toFixed(1)} ms; ${all.toFixed(1)} ms a frame of all script of the page's thread`,
        }),
      ],
      notes: [
        `frame: ${SCREEN.width} × ${SCREEN.height}; software graphics drew ${(frames.length / DRIVE.measured).toFixed(1)} frames/s, ${median(gaps).toFixed(0)} ms from one to the next, and ${pictures.toFixed(1)} pictures/s of 224 pixels square of both cameras together (asked: 40; slow graphics get fewer); lift with ${OBJECTS} cubes, those that are not the task's stand still`,
      ],
    };
  });

const input = ({ log }: PartContext): Promise<Found> =>
  alone(async (served) => {
    const page = await openDrive(await served.context(), served.url, "lift");
    const delays: number[] = [];
    let untold = 0;
    for (let i = 0; i < PRESSES; i++) {
      // Not in step with any clock.
      await page.waitForTimeout(37 * (i % 11));
      const press = await pressUntilItMoves(
        page,
        i % 2 === 0 ? ["KeyA", "KeyD"] : ["KeyD", "KeyA"],
        delays.length,
      );
      delays.push(press.duration);
      untold += press.untold;
    }
    log(`${delays.map((each) => each.toFixed(0)).join(" ")} ms`);
    return {
      rows: [
        figure({
          what: "from a key to the end of the first drawn frame in which the arm has moved, median",
          unit: "ms",
          ours: median(delays),
          better: "lower",
          atLeast: 50,
          aim: 30,
          note: `95 of 100 within ${percentile(delays, 0.95).toFixed(0)} ms; ${PRESSES} presses from rest, and ${untold} that could not be told`,
        }),
      ],
      notes: [
        "input: measured by the page, from the event's own time stamp; the screen's own delay comes after, the keyboard's before",
      ],
    };
  });

const layout = ({ options, log }: PartContext): Promise<Found> =>
  alone(async (served) => {
    const takes = Math.max(10, Math.round((TAKES * options.minutes) / ASKED.minutes));
    const page = await openDrive(await served.context(), served.url, "lift");
    const delays: number[] = [];
    const phase = (name: string): Promise<unknown> => page.waitForSelector(`.deck[data-phase="${name}"]`);
    for (let i = 0; i < takes; i++) {
      await phase("ready");
      await page.keyboard.press("KeyR");
      for (const [key, seconds] of [
        ["KeyE", TAKE / 3],
        ["KeyA", TAKE / 3],
        ["KeyQ", TAKE / 3],
      ] as const) {
        await page.keyboard.down(key);
        await page.waitForTimeout(1000 * seconds);
        await page.keyboard.up(key);
      }
      await page.keyboard.press("Digit1");
      await page.keyboard.press("Enter");
      await phase("review");
      await page.waitForTimeout(400);
      await page.keyboard.press("Enter");
      const { duration } = await nextMeasure(page, "studio:layout", i, 60_000).catch(() => {
        throw new Error(`the layout after take ${i + 1} did not come`);
      });
      delays.push(duration);
    }
    log(`${delays.map((each) => each.toFixed(0)).join(" ")} ms`);
    const [first, last] = [median(delays.slice(0, 5)), median(delays.slice(-5))];
    return {
      rows: [
        figure({
          what: `from Enter to the next layout, drawn and ready, cameras on, median of ${takes} takes`,
          unit: "s",
          ours: median(delays) / 1000,
          better: "lower",
          atLeast: 0.7,
          aim: 0.3,
          note: `95 of 100 within ${percentile(delays, 0.95).toFixed(0)} ms`,
        }),
        figure({
          what: `the same, the last five of ${takes} takes beside the first five, medians`,
          unit: "times",
          ours: last / first,
          better: "lower",
          atLeast: null,
          aim: null,
          note: `${last.toFixed(0)} and ${first.toFixed(0)} ms`,
        }),
      ],
      notes: [
        `layout: takes of ${TAKE} s, stored by the server on this machine's disk before the next layout comes`,
        ...(takes < TAKES ? [`layout: SHORTENED to ${takes} takes`] : []),
      ],
    };
  });

export const pictureParts: readonly Part[] = [
  { name: "frame", measure: frame },
  { name: "input", measure: input },
  { name: "layout", measure: layout },
];
