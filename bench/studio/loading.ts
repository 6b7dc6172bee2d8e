/** How much a page is, and how soon the robot in it can be driven: new to the browser (cold), and opened again (warm). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { CHROMIUM_FLAGS } from "../../cli/browser/chromium.js";
import { startStudioServer } from "../../teleop/index.node.js";
import { median } from "../result.js";
import { type Found, figure, type Part, type PartContext } from "./part.js";
import { browserHere, drivable, PAGE, SCREEN } from "./served.js";
import { pressUntilItMoves, watched, watchPages } from "./watch.js";

const COLD = 5;
const WARM = 5;
const MEGABYTE = 1e6;

/** A browser with a profile on disk, as people have, so that what it keeps between visits is kept. */
async function withProfile<T>(run: (context: BrowserContext) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "apprentice-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserHere(),
    headless: true,
    args: [...CHROMIUM_FLAGS],
    viewport: SCREEN,
    locale: "en-GB",
  });
  try {
    await watchPages(context);
    return await run(context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Serves the page over an empty folder, to a number of browsers. */
async function withServer<T>(run: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "apprentice-bench-"));
  const server = await startStudioServer({ folder, page: PAGE });
  try {
    return await run(server.url);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** ms until the robot may be driven, and until graphics had computed the picture that shows it. */
interface Opening {
  readonly drivable: number;
  readonly computed: number;
}

/** Opens the page and waits for both, which a key then proves. */
async function openOnce(context: BrowserContext, url: string): Promise<Opening> {
  const page = await context.newPage();
  await page.goto(`${url}?task=lift`);
  await drivable(page);
  await page.focus("#stage");
  await pressUntilItMoves(page, ["KeyA", "KeyD"], 0);
  const { marks } = await watched(page);
  await page.close();
  return { drivable: marks["studio:drivable"]!, computed: marks["computed"]! };
}

const open = ({ log }: PartContext): Promise<Found> =>
  withServer(async (url) => {
    const [cold, warm]: [Opening[], Opening[]] = [[], []];
    for (let i = 0; i < COLD; i++)
      await withProfile(async (context) => {
        cold.push(await openOnce(context, url));
        if (i > 0) return;
        for (let again = 0; again < WARM; again++) warm.push(await openOnce(context, url));
      });
    const of = (all: readonly Opening[], what: keyof Opening): number =>
      median(all.map((each) => each[what])) / 1000;
    const list = (all: readonly Opening[]): string =>
      all.map(({ drivable: each }) => (each / 1000).toFixed(2)).join(", ");
    const pixels = (all: readonly Opening[]): string =>
      `graphics had computed that picture after ${of(all, "computed").toFixed(2)} s`;
    log(`cold ${list(cold)} s, ${pixels(cold)}; warm ${list(warm)} s, ${pixels(warm)}`);
    const shared = { unit: "s", better: "lower" } as const;
    return {
      rows: [
        figure({
          ...shared,
          what: `from opening the page to the first motion possible, cold, median of ${COLD} new profiles`,
          ours: of(cold, "drivable"),
          atLeast: 4,
          aim: 2,
          note: `${list(cold)} s; ${pixels(cold)}`,
        }),
        figure({
          ...shared,
          what: `the same, warm: opened again in the same browser, median of ${WARM}`,
          ours: of(warm, "drivable"),
          atLeast: 2,
          aim: 1,
          note: `${list(warm)} s; ${pixels(warm)}`,
        }),
      ],
      notes: [
        "open: from the start of the navigation to the first frame that shows a robot which may be driven; server, page and graphics share this machine's processor",
      ],
    };
  });

interface Transfer {
  readonly name: string;
  readonly bytes: number;
}

/** What a page and its threads have transferred, headers included. */
async function transfers(page: Page): Promise<Transfer[]> {
  const read = (): Transfer[] =>
    ["navigation", "resource"].flatMap((type) =>
      (performance.getEntriesByType(type) as PerformanceResourceTiming[])
        .filter(({ name }) => name.startsWith("http"))
        .map(({ name, transferSize }) => ({ name, bytes: transferSize })),
    );
  const of = [
    await page.evaluate(read),
    ...(await Promise.all(page.workers().map((each) => each.evaluate(read)))),
  ];
  return of.flat();
}

const bytes = ({ log }: PartContext): Promise<Found> =>
  withServer((url) =>
    withProfile(async (context) => {
      const page = await context.newPage();
      await page.goto(`${url}?task=lift`);
      await drivable(page);
      await page.waitForTimeout(2000);
      const all = (await transfers(page)).filter(({ name }) => !name.includes("/api/"));
      if (page.workers().length === 0 || !all.some(({ name }) => name.includes("worker")))
        throw new Error("the thread that simulates was not seen");
      const runtime = all.filter(({ name }) => /ort|onnx/i.test(name));
      if (runtime.length > 0) throw new Error(`ONNX Runtime was loaded at once: ${runtime[0]!.name}`);
      const sum = all.reduce((total, each) => total + each.bytes, 0);
      const text = all.map(
        ({ name, bytes: n }) =>
          `${name.split("/").pop()?.split("?")[0] || "page"} ${(n / 1000).toFixed(0)} kB`,
      );
      log(text.join(", "));
      return {
        rows: [
          figure({
            what: "first load without ONNX Runtime, as compressed by the server",
            unit: "MB",
            ours: sum / MEGABYTE,
            better: "lower",
            atLeast: 3,
            aim: 2,
            note: text.join(", "),
          }),
        ],
        notes: [
          "bytes: everything that page and threads have loaded when the robot may be driven, headers included",
        ],
      };
    }),
  );

export const loadingParts: readonly Part[] = [
  { name: "bytes", measure: bytes },
  { name: "open", measure: open },
];
