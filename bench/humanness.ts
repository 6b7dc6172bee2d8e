/**
 * How human scripted demonstrators look: figures of their motion in every style, beside the same figures of takes that
 * people made, given as LeRobot sets (`--data FOLDER,...`, v3.0 or v2.x). Measured in the joints of the arm that works,
 * at 10 Hz. `--only TASK,...` for some of the tasks at the table, `--seeds N` for fewer takes of each. Nothing here is
 * promised: the table says in what scripts are unlike people.
 */
import { cpus } from "node:os";
import { basename, resolve } from "node:path";
import { createPool, inOrder, type SimulationPool } from "../cli/simulation/pool.js";
import { refuse } from "../core/index.js";
import { seedsFor } from "../policy/index.js";
import { DEMONSTRATION_STYLES, type DemonstrationStyle, TASKS } from "../sim/index.js";
import { figuresOf, MEASURES, meanOf, type SetFigures, SPREAD, tableOf } from "./humanness/figures.js";
import { type MeasuredTake, takeOf, takesOfSet } from "./humanness/takes.js";
import { type Bench, type BenchRow, compare } from "./result.js";

/** Takes of each task and style: as many as the real set has. */
const TAKES = 100;
/** Seeds a take may need before a style counts as not able to do a task. */
const TRIES = 4;

/** How human the scripted demonstrators look. */
export const bench: Bench = {
  name: "humanness",
  title: "Motion of the scripted demonstrators beside that of people",
  async run(log, options) {
    const told = (name: string): string | undefined => {
      const at = options.indexOf(name);
      return at < 0 ? undefined : options[at + 1];
    };
    const count = Number(told("--seeds") ?? TAKES);
    if (!Number.isInteger(count) || count < 11)
      refuse("bench humanness", "--seeds must be a whole number of at least 11", told("--seeds"));
    const atTable = TASKS.filter(({ card }) => card.robot === "panda").map(({ card }) => card.name);
    const asked = told("--only")?.split(",") ?? atTable;
    for (const name of asked)
      if (!atTable.includes(name)) refuse("bench humanness", `--only takes ${atTable.join(", ")}`, name);
    const people: Named[] = [];
    for (const folder of told("--data")?.split(",") ?? []) {
      const figures = figuresOf(await takesOfSet(resolve(folder)));
      people.push({ name: basename(resolve(folder)), figures });
      log(`${folder}: ${figures.takes} takes`);
    }
    const tables: string[] = [];
    const styles: Named[] = [];
    const pool = createPool(cpus().length);
    try {
      const byTask = new Map<string, Named[]>(asked.map((task) => [task, []]));
      for (const style of DEMONSTRATION_STYLES) {
        for (const task of asked) {
          const figures = figuresOf(await demonstrated(pool, task, style, count));
          byTask.get(task)!.push({ name: style, figures });
          log(`${task}, ${style}`);
        }
        const of = asked.map((task) => byTask.get(task)!.at(-1)!.figures);
        styles.push({ name: style, figures: meanOf(of) });
      }
      for (const [task, of] of byTask) tables.push([`${task}:`, "", ...tableOf(of)].join("\n"));
    } finally {
      await pool.close();
    }
    return {
      name: this.name,
      title: this.title,
      rows: styles.flatMap((style) => rowsOf(style, people[0] ?? null)),
      notes: [
        `${count} takes of each task and style, layouts from seed 0 on; rows are the mean of the tasks.`,
        ["All tasks:", "", ...tableOf([...people, ...styles])].join("\n"),
        ...tables,
      ],
      skipped: null,
    };
  },
};

/** A set and what it is called. */
interface Named {
  readonly name: string;
  readonly figures: SetFigures;
}

/** Takes of a script that reached the goal. */
async function demonstrated(
  pool: SimulationPool,
  task: string,
  style: DemonstrationStyle,
  count: number,
): Promise<MeasuredTake[]> {
  const environment = await TASKS.find(({ card }) => card.name === task)!.create();
  const { contract } = environment;
  environment.free();
  const takes: MeasuredTake[] = [];
  await inOrder(
    pool,
    seedsFor("demonstration", TRIES * count),
    (seed) => ({ kind: "record", task, seed, style, randomise: null }),
    (answer) => {
      if (answer.kind === "recorded" && answer.episode !== null)
        takes.push(takeOf(answer.episode, contract, contract.rates.record));
      return takes.length < count;
    },
    new AbortController().signal,
  );
  if (takes.length < count)
    throw new Error(`${task}, ${style}: only ${takes.length} of ${TRIES * count} takes succeeded`);
  return takes;
}

/** Each figure of a style beside that of people. */
function rowsOf({ name: style, figures }: Named, people: Named | null): BenchRow[] {
  const row = (name: string, unit: string, of: (each: SetFigures) => number): BenchRow =>
    compare({
      what: `${name}, ${style}`,
      unit,
      ours: of(figures),
      peer: people === null ? null : { name: people.name, value: of(people.figures) },
      better: "higher",
      atLeast: null,
      aim: null,
      note: "",
    });
  return [
    ...MEASURES.map(({ name, unit }) => row(name, unit, ({ middle }) => middle[name]!)),
    row(SPREAD, "", ({ spread }) => spread),
  ];
}
