/**
 * Runs benchmarks of this folder and prints their comparisons; `apprentice bench` calls it. Each benchmark has a
 * process of its own, bound to one core where `taskset` is there.
 *
 *   node bench/index.mjs [NAME ...] [--json FILE] [--list]
 *   node bench/index.mjs demonstrators [--only TASK,...] [--seeds N] [--json FILE]
 *   node bench/index.mjs humanness [--data FOLDER,...] [--only TASK,...] [--seeds N] [--json FILE]
 *   node bench/index.mjs studio [--only PART,...] [--minutes N] [--seeds N] [--fresh] [--json FILE]
 *
 * Exit code 1 when a benchmark or a part of one failed; a figure that falls short is printed as such and is not a
 * failure.
 */
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildHouse, buildPage } from "../scripts/build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/**
 * Benchmarks in the order in which they are run; whether one core is enough for all they start; whether they open the
 * page. Those of hours are only run when they are named.
 */
const BENCHES = [
  { name: "environment-steps", oneCore: true },
  { name: "matched-quality", oneCore: true },
  { name: "robosuite-lift", oneCore: true },
  { name: "gym-pusht", oneCore: true },
  { name: "maniskill-pick", oneCore: true },
  { name: "soft-bodies", oneCore: true },
  { name: "worlds", oneCore: false },
  { name: "replay", oneCore: false },
  { name: "camera-pictures", oneCore: false },
  { name: "training-step", oneCore: true },
  { name: "deployed-loop", oneCore: false },
  { name: "learning", oneCore: false },
  { name: "twin-success", oneCore: false },
  { name: "demonstrators", oneCore: false, hours: true },
  { name: "humanness", oneCore: false, hours: true },
  { name: "amplify", oneCore: false, hours: true },
  { name: "studio", oneCore: false, page: true, hours: true },
];
export const NAMES = BENCHES.map(({ name }) => name);
const USUAL = BENCHES.filter(({ hours }) => hours !== true).map(({ name }) => name);
/** What some benchmarks can be told, and whether a value follows. */
const OPTIONS = { "--only": true, "--minutes": true, "--seeds": true, "--data": true, "--fresh": false };

const bound = spawnSync("taskset", ["--version"]).status === 0;

/** Transpiles the benchmarks beside the house they import, with what they borrow of the tests. */
async function buildBenches() {
  await buildHouse();
  const sources = readdirSync(join(root, "bench"), { recursive: true })
    .map((name) => join(root, "bench", String(name)))
    .filter((name) => name.endsWith(".ts"))
    .concat(join(root, "tests", "operator", "headless.ts"));
  await build({
    entryPoints: sources,
    outbase: root,
    outdir: join(root, "dist"),
    format: "esm",
    platform: "neutral",
    target: "es2022",
    logLevel: "warning",
  });
}

/** One benchmark in a process of its own. */
function runBench(name, options, log) {
  const script = [join(root, "dist", "bench", "child.js"), name, ...options];
  // The last core: the first one gets the interrupts.
  const { oneCore } = BENCHES.find((bench) => bench.name === name);
  const [command, args] =
    oneCore && bound
      ? ["taskset", ["-c", String(cpus().length - 1), process.execPath, ...script]]
      : [process.execPath, script];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    let result = null;
    child.on("message", (message) => {
      if (message.kind === "log") log(message.line);
      else result = message;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (result === null) reject(new Error(`bench ${name}: ended with ${code}`));
      else if (result.kind === "failed") reject(new Error(`bench ${name}: ${result.reason}`));
      else resolve(result.result);
    });
  });
}

/**
 * Runs the named benchmarks, or all that take minutes.
 * @param options handed to each
 * @returns {Promise<{ machine: object, results: object[], failures: string[] }>}
 */
export async function runBenches(asked = [], log = (line) => console.error(line), options = []) {
  const names = asked.length > 0 ? asked : USUAL;
  await buildBenches();
  if (BENCHES.some(({ name, page }) => page === true && names.includes(name))) await buildPage();
  const results = [];
  const failures = [];
  for (const name of names) {
    log(`${name} ...`);
    try {
      const result = await runBench(name, options, (line) => log(`  ${line}`));
      results.push(result);
      console.log(table(result));
      failures.push(...(result.failures ?? []).map((reason) => `bench ${name}: ${reason}`));
    } catch (error) {
      failures.push(error.message);
      console.error(error.message);
    }
  }
  if (!bound) log("taskset is not here: the processes were not bound to one core");
  const [processor] = cpus();
  const machine = {
    processor: processor?.model.trim() ?? "unknown processor",
    cores: cpus().length,
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    boundToOneCore: bound,
    date: new Date().toISOString().slice(0, 10),
  };
  return { machine, results, failures };
}

const WORDS = { aim: "reaches the aim", held: "reaches the least", short: "FALLS SHORT" };

/** A result as text, ratios last. */
function table(result) {
  const head = `\n${result.title}`;
  if (result.skipped !== null) return `${head}\n  skipped: ${result.skipped}`;
  const number = (value) => (value >= 100 ? Math.round(value).toString() : value.toPrecision(3));
  const rows = result.rows.map(({ row, verdict }) => {
    const peer = row.peer === null ? "" : ` against ${number(row.peer.value)} (${row.peer.name})`;
    const ratio = row.ratio === null ? "" : `, ratio ${row.ratio.toFixed(2)}`;
    const sign = row.better === "higher" ? ">=" : "<=";
    const bounds = verdict === null ? "" : ` [${WORDS[verdict]}: ${sign} ${row.atLeast}, aim ${row.aim}]`;
    return `  ${row.what}: ${number(row.ours)}${peer} ${row.unit}${ratio}${bounds}${row.note ? `\n      ${row.note}` : ""}`;
  });
  const failed = (result.failures ?? []).map((reason) => `  NOT MEASURED: ${reason}`);
  return [head, ...rows, ...failed, ...result.notes.map((note) => `  - ${note}`)].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const at = args.indexOf("--json");
  const file = at < 0 ? null : args.splice(at, 2)[1];
  const options = [];
  for (const [name, takesValue] of Object.entries(OPTIONS)) {
    const place = args.indexOf(name);
    if (place >= 0) options.push(...args.splice(place, takesValue ? 2 : 1));
  }
  if (args.includes("--list")) {
    console.log(NAMES.join("\n"));
    process.exit(0);
  }
  const unknown = args.find((name) => !NAMES.includes(name));
  if (unknown !== undefined || file === undefined) {
    console.error(`bench: must be one of ${NAMES.join(", ")}, got "${unknown ?? "--json without a file"}"`);
    process.exit(2);
  }
  const report = await runBenches(args, (line) => console.error(line), options);
  if (file !== null) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  process.exit(report.failures.length > 0 ? 1 : 0);
}
