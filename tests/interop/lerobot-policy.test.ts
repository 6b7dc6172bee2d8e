/**
 * LeRobot learns lift from a set that `apprentice record` wrote and is tried in our simulator through Gymnasium, beside our
 * own policy from the same demonstrations on the same test seeds. Both figures are printed, whatever they are. What a
 * policy of another's that learnt for minutes reaches is no property of ours: asked is that it learns and is tried.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatRate, wilson } from "../../core/index.js";
import { SEED_RANGES } from "../../policy/index.js";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const BIN = here("../../bin/apprentice.mjs");
const DEMONSTRATIONS = 100;
const EPISODES = 100;
const STEPS = 2000;

/** Runs a program to its end. @returns its exit code and what it printed */
async function run(
  command: string,
  args: readonly (string | number)[],
  env: NodeJS.ProcessEnv = process.env,
) {
  const child = spawn(command, args.map(String), { env, stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    errors = (errors + data.toString()).slice(-8000);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output, errors };
}

async function apprentice(...args: (string | number)[]): Promise<void> {
  const { code, errors } = await run(process.execPath, [BIN, ...args]);
  if (code !== 0) throw new Error(`apprentice ${args[0]} ended with ${code}:\n${errors}`);
}

const made = await run(process.execPath, [here("setup-lerobot.mjs")]);
if (made.code !== 0 && made.code !== 3)
  throw new Error(`setup-lerobot ended with ${made.code}:\n${made.errors}`);
const because = made.code === 3 ? ` [skipped: ${made.errors.trim()}]` : "";

interface Seen {
  readonly parameters: number;
  readonly frames: number;
  readonly seconds: number;
  readonly trained: readonly boolean[];
  readonly losses: { readonly trained: number; readonly untaught: number };
}

describe.skipIf(because !== "")(`LeRobot's ACT${because}`, () => {
  const work = mkdtempSync(join(tmpdir(), "apprentice-lerobot-policy-"));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const set = join(work, "set");
  const count = (successes: readonly boolean[]): number => successes.filter(Boolean).length;
  let seen: Seen;

  beforeAll(async () => {
    await apprentice("record", "lift", "--episodes", DEMONSTRATIONS, "--out", set);
    const server = spawn(process.execPath, [BIN, "serve", "lift", "--port", "0", "--threads", "1"]);
    try {
      const [line] = (await once(server.stdout, "data")) as [Buffer];
      const address = /at (\S+:\d+)\./.exec(line.toString())![1]!;
      mkdirSync(join(work, "home"));
      const offline = { HF_HUB_OFFLINE: "1", WANDB_MODE: "disabled", HF_HOME: join(work, "home") };
      const { code, output, errors } = await run(
        made.output.trim(),
        [here("lerobot_policy_peer.py"), set, work, address, "lift", SEED_RANGES.test.from, EPISODES, STEPS],
        { ...process.env, ...offline, OMP_NUM_THREADS: "1" },
      );
      if (code !== 0) throw new Error(`lerobot_policy_peer.py ended with ${code}:\n${errors}`);
      seen = JSON.parse(output) as Seen;
    } finally {
      server.kill();
    }
  }, 1_500_000);

  it("learns the commands of the demonstrations, and is tried on every test seed", () => {
    console.log(
      `LeRobot 0.4.4, ACT of ${seen.parameters} parameters, ${STEPS} steps in ${seen.seconds.toFixed(0)} s on one thread, ` +
        `${DEMONSTRATIONS} demonstrations: ${formatRate(wilson(count(seen.trained), EPISODES))}`,
    );
    // Of standard deviations; a guess of their mean is 0.8 off.
    expect(seen.losses.untaught).toBeGreaterThan(0.6);
    expect(seen.losses.trained).toBeLessThan(0.2);
    expect(seen.trained.length).toBe(EPISODES);
  });

  it("stands beside our own policy from the same demonstrations, on the same seeds", async () => {
    const [policy, json] = [join(work, "policy.onnx"), join(work, "rollout.json")];
    await apprentice("train", set, "--out", policy);
    await apprentice("rollout", policy, "--episodes", EPISODES, "--json", json);
    const { rate, seeds } = JSON.parse(readFileSync(json, "utf8")) as {
      rate: { successes: number };
      seeds: { first: number };
    };
    expect(seeds.first).toBe(SEED_RANGES.test.from);
    console.log(`ours, from the same set: ${formatRate(wilson(rate.successes, EPISODES))}`);
    expect(wilson(rate.successes, EPISODES).low).toBeGreaterThan(0.9);
  }, 900_000);
});
