/** The command line as a person meets it: help, refusals, exit codes, files, and a small run of the real thing. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { layoutsFor } from "../../cli/amplify.js";
import { createDataset, folderStore, NO_EDITS, openDataset, writeEdits } from "../../datasets/index.node.js";
import { TASKS } from "../../sim/index.js";

const NAMES = TASKS.map((task) => task.card.name).join(", ");
const BIN = fileURLToPath(new URL("../../bin/apprentice.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "apprentice-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const apprentice = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
};
const json = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, unknown>;

describe("apprentice", () => {
  it("lists every command, and helps with each", () => {
    const help = apprentice("--help");
    expect(help.status).toBe(0);
    for (const command of "demo record amplify train rollout deploy say studio serve twin bridge inspect bench".split(
      " ",
    )) {
      expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
      const own = apprentice(command, "--help");
      expect(own.status).toBe(0);
      expect(own.stdout).toContain("Options:");
    }
  });

  it.each([
    [["record", "cake"], `apprentice: record: task: must be one of ${NAMES}, got "cake"`],
    [
      ["record", "lift", "--style", "best"],
      'apprentice: record: style: must be one of worse, okay, better, clean, mixed, got "best"',
    ],
    [
      ["record", "lift", "--episodes", "0"],
      "apprentice: --episodes: the value must be an integer from 1 to 25000, got 0",
    ],
    [
      ["record", "lift", "--senses", "smell"],
      'record: senses: must be one of finger-force, wrist-force, wrist-torque, touch, contact, got "smell"',
    ],
    [["train", "nowhere"], "data set: the folder must exist"],
    [["inspect", "nowhere"], 'apprentice: inspect: the path must exist, got "nowhere"'],
    [
      ["twin", "--as", "ros1"],
      "twin: as: must be one of rosbridge-suite-2.2, rosbridge-suite-2.1, ros2-web-bridge",
    ],
    [["twin", "--robot", "r2d2"], "robot: must be one of panda, ur5e, so101, diff-drive, skid-steer"],
    [
      ["twin", "--robot", "panda", "ur5e", "--port", "0"],
      'twin: robots may have one arm at most, got "panda, ur5e"',
    ],
    [["twin", "--show-profile"], "twin: profile: is of one robot: name it by --robot"],
    [["fly"], "unknown command"],
    [["rollout"], "missing required argument"],
  ])("refuses %j with place, rule and value, exit code 2", (args, message) => {
    const { status, stderr } = apprentice(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it("exits 1 when the use was right and the work failed", () => {
    const { status, stderr } = apprentice("say", "lift the red cube", "--url", "ws://127.0.0.1:9");
    expect(stderr).toMatch(/^apprentice: /);
    expect(status).toBe(1);
  });

  it("makes five episodes of two takes, and goes on to seven; the yield is the count", {
    timeout: 180_000,
  }, () => {
    expect(apprentice("record", "lift", "--episodes", "2", "--out", "few").status).toBe(0);
    const made = apprentice("amplify", "few", "--to", "5", "--json", "made.json");
    expect([made.status, made.stderr]).toEqual([0, ""]);
    const { kept, tried } = json("made.json")["yield"] as { kept: number; tried: number };
    expect(kept).toBe(3);
    expect(made.stdout).toContain(`(${kept}/${tried})`);
    expect(apprentice("amplify", "few", "--to", "7").stderr).toContain("must be new, or --fresh or --resume");
    const more = apprentice("amplify", "few", "--to", "7", "--resume", "--json", "more.json");
    expect([more.status, more.stderr]).toEqual([0, ""]);
    expect(json("more.json")).toMatchObject({ takes: 2, episodes: 7, yield: { kept: 5 } });
    // A take less than before: what was made of it is still there, and would be counted as a take.
    writeFileSync(
      join(folder, "few", "meta", "apprentice-edits.json"),
      JSON.stringify({ version: 1, removed: [1] }),
    );
    expect(apprentice("amplify", "few", "--to", "8", "--resume").stderr).toContain(
      "must hold no other takes",
    );
    expect(apprentice("amplify", "few", "--out", ".", "--fresh").stderr).toContain("a folder of its own");
    expect(apprentice("amplify", "fwe", "--out", "few-amplified", "--fresh").stderr).toContain("must exist");
    expect(apprentice("inspect", "few-amplified").stdout).toContain(
      "scripted:lift/better (2), amplified (5)",
    );
  });

  it("tries twenty layouts for an episode, and no more than there are for amplifying", () => {
    expect(layoutsFor(2, null)).toEqual(Array.from({ length: 40 }, (_, i) => 300_000 + i));
    expect(layoutsFor(1, 300_007)[0]).toBe(300_007);
    expect(layoutsFor(24_000, null)).toHaveLength(100_000);
    expect(layoutsFor(9, 399_990).at(-1)).toBe(399_999);
    expect(layoutsFor(0, 300_007)).toEqual([]);
    expect(layoutsFor(-3, null)).toEqual([]);
  });

  it("amplifies what a person judged a success after recording, as training uses it", {
    timeout: 180_000,
  }, async () => {
    expect(apprentice("record", "lift", "--episodes", "2", "--out", "shown").status).toBe(0);
    const shown = await openDataset(folderStore(join(folder, "shown")));
    const store = folderStore(join(folder, "judged"));
    mkdirSync(join(folder, "judged"));
    const writer = await createDataset(store, { contract: shown.contract! });
    for await (const take of shown.episodes())
      await writer.append({ ...take, meta: { ...take.meta, success: null } });
    await writer.close();
    await writeEdits(store, { ...NO_EDITS, success: { 1: true } });
    const made = apprentice("amplify", "judged", "--to", "2", "--json", "judged.json");
    expect([made.status, made.stderr]).toEqual([0, ""]);
    expect(json("judged.json")).toMatchObject({ takes: 1, episodes: 2, refused: [{ seed: 0 }] });
    const { rows } = await openDataset(folderStore(join(folder, "judged-amplified")));
    expect(rows.map(({ meta }) => meta?.success)).toEqual([true, true]);
  });

  it("records what an arm feels in worlds that are drawn, and rolls out in such worlds what was learned of it", {
    timeout: 180_000,
  }, async () => {
    const ranges = { mass: [0.5, 2], detectorDropout: [0.2, 0.2], light: [0.5, 2] };
    writeFileSync(join(folder, "ranges.json"), JSON.stringify(ranges));
    const asked = ["--senses", "wrist-force,wrist-torque", "--randomise", "ranges.json", "--out", "felt"];
    const recorded = apprentice("record", "lift", "--episodes", "3", ...asked);
    expect([recorded.status, recorded.stderr]).toEqual([0, ""]);
    const felt = await openDataset(folderStore(join(folder, "felt")));
    expect(felt.contract!.observations.map(({ name }) => name).slice(-2)).toEqual([
      "observation.wrist.force",
      "observation.wrist.torque",
    ]);
    expect(felt.rows.map(({ meta }) => meta!.randomisation!.detector!.dropout)).toEqual([0.2, 0.2, 0.2]);
    const keys = felt.rows.map(({ meta }) => meta!.randomisation!.appearance!.light.key);
    expect(new Set(keys).size).toBe(3);
    const { features, length } = await felt.episode(0);
    expect(features["observation.wrist.torque"]).toHaveLength(3 * length);

    expect(apprentice("train", "felt", "--out", "felt.onnx", "--steps", "20", "--choose", "1").status).toBe(
      0,
    );
    const drawn = ["--randomise", "ranges.json", "--json", "drawn.json"];
    const rolled = apprentice("rollout", "felt.onnx", "--episodes", "2", ...drawn);
    expect([rolled.status, rolled.stderr]).toEqual([0, ""]);
    expect(rolled.stdout).toContain(
      "worlds drawn from mass 0.5 to 2, detectorDropout 0.2 to 0.2, light 0.5 to 2",
    );
    expect(json("drawn.json")["randomise"]).toEqual(ranges);
    // A figure of drawn worlds is not what the policy's card says of the task.
    expect(apprentice("inspect", "felt.onnx").stdout).not.toMatch(/success .* on test seeds/);
  });

  // The next three are one afternoon's work, each on what the one before has left.
  const dataset = join("runs", "lift", "dataset");
  it("records a set and goes on with it; --json holds what was printed", () => {
    const recorded = apprentice("record", "lift", "--episodes", "6", "--json", "recorded.json");
    expect(recorded.stderr).toBe("");
    expect(recorded.status).toBe(0);
    expect(json("recorded.json")).toMatchObject({
      task: "lift",
      episodes: 6,
      maker: "scripted:lift/better",
    });
    expect(existsSync(join(folder, dataset, "meta", "info.json"))).toBe(true);

    expect(apprentice("record", "lift").stderr).toContain(
      "the folder must be new, or --fresh or --resume given",
    );
    const more = apprentice("record", "lift", "--episodes", "8", "--resume", "--json", "more.json");
    expect(more.status).toBe(0);
    expect(json("more.json")).toMatchObject({ episodes: 8 });
    expect(apprentice("inspect", dataset).stdout).toMatch(/made by +scripted:lift\/better \(8\)/);
  });

  it("trains on what edits leave of a set, and inspect says what they leave out", () => {
    writeFileSync(
      join(folder, dataset, "meta", "apprentice-edits.json"),
      JSON.stringify({
        version: 2,
        excluded: [0],
        removed: [1],
        success: { 2: false, 7: true },
        parts: {
          3: [
            { from: 5, to: 20 },
            { from: 20, to: 40 },
          ],
        },
      }),
    );
    const seen = apprentice("inspect", dataset).stdout;
    expect(seen).toMatch(/marked a success +7 of 8, 1 judged otherwise after recording/);
    expect(seen).toMatch(/left out of training +1 deleted, 1 excluded, 1 failed/);
    expect(seen).toMatch(/trimmed or split +takes: 1, parts: 2, frames left out: [1-9]/);

    const trained = apprentice("train", dataset, "--steps", "60", "--choose", "4", "--json", "trained.json");
    expect(trained.stdout).toContain("on checkpoint seeds");
    expect(trained.stdout).toContain("left out: 1 deleted, 1 excluded, 1 failed");
    expect(json("trained.json")).toMatchObject({ algorithm: "flow", steps: 60, seed: 0, takes: 6 });
  });

  it("rolls out on seeds nothing was tuned on, and the file keeps what was found there", () => {
    const rolled = apprentice("rollout", "policy.onnx", "--episodes", "4", "--json", "rolled.json");
    expect(rolled.status).toBe(0);
    expect(rolled.stdout).toContain("test seeds 1000000 to 1000003");
    const { rate, trials, seeds } = json("rolled.json") as {
      rate: { episodes: number; successes: number };
      trials: { outcome: { state: string } }[];
      seeds: { use: string };
    };
    expect(seeds.use).toBe("test");
    expect(trials).toHaveLength(4);
    expect(rate.successes).toBe(trials.filter((trial) => trial.outcome.state === "success").length);

    expect(apprentice("inspect", "policy.onnx").stdout).toMatch(/success .*\(\d\/4\) on test seeds/);
    const tuned = apprentice("rollout", "policy.onnx", "--episodes", "2", "--seeds", "tuning");
    expect(tuned.stdout).toContain("tuning seeds 200000 to 200001");
    expect(tuned.stdout).not.toContain("test seeds");
  });
});
