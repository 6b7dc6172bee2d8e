/** `apprentice inspect PATH`: what a data set, a policy file or a robot description holds. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { componentNames, formatRate, refuse, sizeOf, wilson } from "../../core/index.js";
import {
  folderStore,
  judgedNow,
  leftOut,
  openDataset,
  partsOfTake,
  readEdits,
} from "../../datasets/index.node.js";
import { readCard, readModel } from "../../policy/index.js";
import { writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { sayLeftOut } from "../pipeline.js";
import { isDescription } from "../robots/description.js";
import { inspectRobot } from "../robots/inspect.js";
import { formatSeconds, type Terminal } from "../terminal.js";

interface Options {
  readonly root?: readonly string[];
  readonly arg?: readonly string[];
  readonly base?: string;
  readonly tip?: string;
  readonly gripper?: string;
  readonly json?: string;
}

/** Adds the command. */
export const addInspect: AddCommand = (program, { terminal }) => {
  program
    .command("inspect")
    .description("show what a LeRobot v3.0 data set, a policy file or a robot description holds")
    .argument("<path>", "folder of a data set, an ONNX file, or a .urdf or .xacro file")
    .option("--root <folders...>", "of a description: more folders that its files may come from")
    .option("--arg <values...>", "of a xacro: arguments as name:=value")
    .option("--base <link>", "of a description: what its arm stands on, instead of the root")
    .option("--tip <link>", "of a description: the tool, instead of the end of the longest chain")
    .option("--gripper <joint>", "of a description: what opens the gripper, or none")
    .option("--json <file>", "write it as data")
    .action(async (path: string, options: Options) => {
      const place = resolve(path);
      if (!existsSync(place)) refuse("inspect", "the path must exist", path);
      const shown = statSync(place).isDirectory()
        ? await inspectDataset(place, terminal)
        : isDescription(place)
          ? inspectRobot(path, descriptionOptions(options), terminal)
          : inspectPolicy(place, terminal);
      writeJson(options.json, shown);
    });
};

function descriptionOptions({ root = [], arg = [], base, tip, gripper }: Options) {
  const pairs = arg.map((text): [string, string] => {
    const at = text.indexOf(":=");
    return at > 0
      ? [text.slice(0, at), text.slice(at + 2)]
      : refuse("inspect: --arg", "must be name:=value", text);
  });
  return {
    roots: root,
    arguments: new Map(pairs),
    told: {
      ...(base === undefined ? {} : { base }),
      ...(tip === undefined ? {} : { tip }),
      ...(gripper === undefined ? {} : { gripper }),
    },
  };
}

async function inspectDataset(folder: string, terminal: Terminal): Promise<unknown> {
  const store = folderStore(folder);
  const [reader, edits] = [await openDataset(store), await readEdits(store)];
  const makers = new Map<string, number>();
  const lengths: number[] = [];
  const unused = { deleted: 0, excluded: 0, failed: 0 };
  let [successes, rejudged] = [0, 0];
  const cut = { takes: 0, parts: 0, frames: 0 };
  for (const row of reader.rows) {
    const maker = row.meta?.maker ?? "unknown";
    makers.set(maker, (makers.get(maker) ?? 0) + 1);
    const recorded = row.meta?.success ?? null;
    const success = judgedNow(edits, row.index, recorded);
    if (success === true) successes += 1;
    if (success !== recorded) rejudged += 1;
    const reason = leftOut(edits, row.index, recorded);
    if (reason !== null) unused[reason] += 1;
    if (edits.parts[row.index] !== undefined) {
      const parts = partsOfTake(edits, row.index, row.length);
      cut.takes += 1;
      cut.parts += parts.length;
      cut.frames += row.length - parts.reduce((sum, { from, to }) => sum + to - from, 0);
    }
    lengths.push(row.length / reader.fps);
  }
  lengths.sort((a, b) => a - b);
  terminal.heading(`LeRobot v3.0 data set  ${folder}`);
  terminal.table([
    [
      "episodes",
      `${reader.length}, ${reader.frames.toLocaleString("en")} frames at ${reader.fps} Hz, ${formatSeconds(reader.frames / reader.fps)}`,
    ],
    ["made by", [...makers].map(([maker, count]) => `${maker} (${count})`).join(", ")],
    [
      "marked a success",
      `${successes} of ${reader.length}${rejudged === 0 ? "" : `, ${rejudged} judged otherwise after recording`}`,
    ],
    ["left out of training", sayLeftOut(unused) || "none"],
    ...(cut.takes === 0
      ? []
      : [["trimmed or split", `takes: ${cut.takes}, parts: ${cut.parts}, frames left out: ${cut.frames}`]]),
    [
      "length",
      lengths.length === 0
        ? "–"
        : `${lengths[0]!.toFixed(1)} to ${lengths[lengths.length - 1]!.toFixed(1)} s, median ${lengths[Math.floor(lengths.length / 2)]!.toFixed(1)} s`,
    ],
    [
      "sentences",
      `${reader.tasks.length}: ${reader.tasks.slice(0, 3).join("; ")}${reader.tasks.length > 3 ? "; …" : ""}`,
    ],
    [
      "cameras",
      reader.cameras.length === 0
        ? "none: apprentice render draws them"
        : reader.cameras
            .map(({ key, kind, width, height, codec }) => `${key} (${kind}, ${width} x ${height}, ${codec})`)
            .join(", "),
    ],
    [
      "contract",
      reader.contract === null
        ? "none: made by somebody else"
        : `${reader.contract.robot}, ${reader.contract.task}`,
    ],
  ]);
  if (reader.statistics !== null) {
    terminal.heading("Features");
    terminal.table(
      Object.entries(reader.statistics).map(([name, statistics]) => [
        name,
        String(statistics.mean?.length ?? "–"),
        range(statistics.min),
        range(statistics.max),
      ]),
      ["feature", "numbers", "lowest", "highest"],
    );
  }
  return {
    info: reader.info,
    contract: reader.contract,
    cameras: reader.cameras,
    makers: Object.fromEntries(makers),
    successes,
    leftOut: unused,
    cut,
  };
}

const range = (values: ArrayLike<number> | undefined): string => {
  if (values === undefined) return "–";
  const list = Array.from(values);
  const shown = list.slice(0, 5).map((value) => Number(value.toPrecision(3)));
  return `${shown.join(" ")}${list.length > 5 ? " …" : ""}`;
};

function inspectPolicy(file: string, terminal: Terminal): unknown {
  const model = readModel(readFileSync(file));
  const { contract, card } = readCard(model.metadata);
  terminal.heading(`Policy  ${file}`);
  terminal.table([
    ["task", `${contract.task} on ${contract.robot}, ${contract.control} at ${contract.rates.policy} Hz`],
    [
      "method",
      `${card.algorithm}, chunk of ${card.horizon}, executes ${card.execute}, ${card.step} steps, seed ${card.seed}`,
    ],
    ["trained on", card.data],
    [
      "success",
      card.measured === null
        ? "not measured"
        : `${formatRate(wilson(card.measured.successes, card.measured.episodes))} on test seeds`,
    ],
    ["file", `IR ${model.irVersion}, opset ${Object.values(model.opsets).join(", ")}`],
  ]);
  terminal.heading("Inputs");
  terminal.table(
    [...contract.observations, ...contract.goals].map((feature) => [
      feature.name,
      `[${sizeOf(feature)}]`,
      feature.unit,
      feature.frame ?? "",
      feature.source.kind === "scene"
        ? `${feature.source.part} of the ${feature.source.slot}`
        : feature.source.kind,
    ]),
    ["feature", "shape", "unit", "frame", "source"],
  );
  terminal.heading("Output");
  terminal.line(
    `  action_chunk [${card.horizon}, ${componentNames(contract.actions).length}]: ${componentNames(contract.actions).join(", ")}`,
  );
  return { contract, card, opsets: model.opsets };
}
