/**
 * What was promised of the studio, measured in the page that everybody gets, in a real browser: how fast takes are
 * made, what the page's own training makes of them, how quick the page is. Everything through the page takes real
 * time, about four hours as asked; takes are kept, so that a run that was broken off goes on.
 *
 *   node bench/index.mjs studio [--only PART,...] [--minutes N] [--seeds N] [--fresh] [--json FILE]
 *
 * `--minutes` and `--seeds` shorten it, which is said with the figures. A part that cannot be measured fails the whole,
 * after the others are done.
 */
import { cpus, loadavg } from "node:os";
import type { Bench, BenchRow } from "./result.js";
import { baseParts } from "./studio/base.js";
import { deadlineParts } from "./studio/deadlines.js";
import { learningParts } from "./studio/learning.js";
import { loadingParts } from "./studio/loading.js";
import { commit, operatorParts } from "./studio/operators.js";
import { readOptions } from "./studio/options.js";
import { pictureParts } from "./studio/pictures.js";

/** In the order in which they are measured: what is quick first. */
const PARTS = [
  ...loadingParts,
  ...pictureParts,
  ...learningParts,
  ...deadlineParts,
  ...operatorParts,
  ...baseParts,
];

/** Figures of the studio. */
export const bench: Bench = {
  name: "studio",
  title: "The studio's page, in headless Chromium with software graphics",
  async run(log, words) {
    const names = PARTS.map(({ name }) => name);
    const options = readOptions(words, names);
    const rows: BenchRow[] = [];
    const notes: string[] = [];
    const failures: string[] = [];
    for (const { name, measure } of PARTS) {
      if (options.only !== null && !options.only.includes(name)) continue;
      log(`${name} ...`);
      const [load] = loadavg();
      try {
        const found = await measure({ options, log: (line) => log(`${name}: ${line}`) });
        rows.push(...found.rows);
        notes.push(...found.notes);
        if (load! > 0.5)
          notes.push(`${name}: the machine was busy before it began, load ${load!.toFixed(1)}`);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.push(`${name}: ${reason}`);
        log(`${name} FAILED: ${error instanceof Error ? (error.stack ?? reason) : reason}`);
      }
    }
    notes.push(
      `commit ${commit()}; ${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "an unknown processor"} for server, browser, graphics in software and simulation together`,
    );
    return { name: this.name, title: this.title, rows, notes, skipped: null, failures };
  },
};
