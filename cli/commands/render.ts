/** `apprentice render DATASET`: camera videos for a recorded data set, drawn after the fact, as a new data set. */
import { resolve } from "node:path";
import { refuse } from "../../core/index.js";
import {
  type CameraKind,
  folderStore,
  NO_EDITS,
  openDataset,
  readEdits,
  writeEdits,
} from "../../datasets/index.node.js";
import { TASKS, taskByName } from "../../sim/index.js";
import { cameraMounts, worldKindOf } from "../../sim/view/index.js";
import { type Rendered, renderSet } from "../../teleop/index.js";
import { openFfmpeg } from "../cameras/ffmpeg.js";
import { openPainter } from "../cameras/painter.js";
import { counting, oneOf, writeJson } from "../context.js";
import type { AddCommand } from "../main.js";
import { checkApart, clear } from "../pipeline.js";
import { loadArm, simulatedRobot } from "../robots/arm.js";
import { readLooks } from "../simulation/ranges.js";

interface Options {
  readonly out?: string;
  readonly camera?: string;
  readonly size: number;
  readonly robot?: string;
  readonly depth?: boolean;
  readonly ids?: boolean;
  readonly randomise?: string | true;
  readonly gpu?: boolean;
  readonly fresh?: boolean;
  readonly json?: string;
}

/** Adds the command. */
export const addRender: AddCommand = (program, { terminal, signal }) => {
  program
    .command("render")
    .description(
      "make camera videos for a recorded data set: a new set with the same episodes and their pictures",
    )
    .argument("<dataset>", "folder of a LeRobot v3.0 data set of ours")
    .option(
      "--out <folder>",
      "where the new set goes; what is there already is gone on with (default: DATASET-cameras)",
    )
    .option(
      "--camera <names>",
      "front,wrist of an arm, front,left_wrist,right_wrist of two, front,map of a base, front,wrist,map of a mobile manipulator (default: all)",
    )
    .option("--size <pixels>", "of a side, even", counting("size", 64, 2048), 224)
    .option("--robot <file>", "the description that a set of an arm of your own was recorded with")
    .option("--depth", "also depth, in metres")
    .option("--ids", "also which object each pixel shows")
    .option(
      "--randomise [file]",
      "draw light, colours and cameras for every episode, from ranges in JSON or the usual ones",
    )
    .option("--gpu", "draw with this machine's graphics: sooner, but pixels differ a little between machines")
    .option("--fresh", "replace what is there")
    .option("--json <file>", "write what was rendered as data")
    .action(async (dataset: string, options: Options) => {
      const from = resolve(dataset);
      const to = resolve(options.out ?? `${from}-cameras`);
      checkApart("render", from, to);
      if (options.size % 2 !== 0) refuse("--size", "the value must be even", options.size);
      const source = await openDataset(folderStore(from));
      const contract =
        source.contract ?? refuse(from, "must be a set of ours: a foreign one has no scenes to be drawn");
      const names = TASKS.map(({ card }) => card.name);
      const task = taskByName(oneOf("render: the task", names, contract.task));
      const { robot } = simulatedRobot(contract, options.robot);
      const known = cameraMounts(worldKindOf(contract.robot)).map(({ name }) => name);
      const which = (options.camera?.split(",") ?? known).map((name) =>
        oneOf("--camera", known, name.trim()),
      );
      const kinds: CameraKind[] = [
        "colour",
        ...(options.depth === true ? (["depth"] as const) : []),
        ...(options.ids === true ? (["ids"] as const) : []),
      ];
      const looks = readLooks("render", options.randomise);
      const encoding = await openFfmpeg();
      try {
        const painter = await openPainter({ gpu: options.gpu === true });
        try {
          if (options.fresh === true) clear(to);
          const { value, seconds } = await terminal.stage(
            `render ${which.join(" and ")}`,
            async (onProgress) => {
              const rendered = await renderSet({
                source,
                target: folderStore(to),
                wishes: { which: [...new Set(which)], size: options.size, kinds },
                looks,
                task,
                ...(robot === undefined ? {} : { robot: loadArm(robot) }),
                painter,
                encoding,
                signal,
                onProgress,
              });
              return { value: rendered, summary: summaryOf(rendered, options.size) };
            },
          );
          const edits = await readEdits(folderStore(from));
          if (edits !== NO_EDITS) await writeEdits(folderStore(to), edits);
          terminal.line(`  ${to}`);
          writeJson(options.json, { folder: to, seconds, rate: value.frames / seconds, ...value });
        } finally {
          await painter.close();
        }
      } finally {
        encoding.close();
      }
    });
};

const summaryOf = ({ cameras, episodes, before, frames }: Rendered, size: number): string => {
  const codecs = [...new Set(cameras.map(({ kind, codec }) => `${kind} ${codec}`))].join(", ");
  const there = before > 0 ? ` (${before} were there)` : "";
  return `${episodes} episodes${there}, ${frames} frames now, ${size} x ${size}, ${codecs}`;
};
