/** Gymnasium itself checks and drives our environments, and finds our vector environment equal to its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../cli/browser/chromium.js";
import { TASKS } from "../../sim/index.js";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const BIN = here("../../bin/apprentice.mjs");

const made = spawnSync(process.execPath, [here("setup-gymnasium.mjs")], { encoding: "utf8" });
if (made.status !== 0 && made.status !== 3)
  throw new Error(`setup-gymnasium ended with ${made.status}:\n${made.stderr}`);
const because = made.status === 3 ? ` [skipped: ${made.stderr.trim()}]` : "";
const browser = "path" in findChromium();

interface Seen {
  readonly warnings: readonly string[];
  readonly picture: readonly [shape: number[], contrast: number] | null;
  readonly solved: {
    readonly info: Record<string, unknown>;
    readonly reward: number;
    readonly terminated: boolean;
    readonly truncated: boolean;
    readonly features: Record<string, number[]>;
    readonly other: string;
    readonly rebound: string;
    readonly refusal: string;
    readonly restored: boolean;
  };
  readonly interrupted: readonly string[];
  readonly modes: Record<
    string,
    { readonly different: string[]; readonly ends: number; readonly inside: boolean }
  >;
}

describe.skipIf(because !== "").each(TASKS.map((task) => [task.card.name, task] as const))(
  `Gymnasium and %s${because}`,
  (name, task) => {
    let server: ChildProcess;
    let seen: Seen;
    /** one task is enough: starting a browser takes seconds */
    const pictured = browser && name === TASKS[0]!.card.name;
    beforeAll(async () => {
      server = spawn(process.execPath, [BIN, "serve", name, "--envs", "3", "--port", "0"]);
      const [line] = (await once(server.stdout!, "data")) as [Buffer];
      const address = /at (\S+:\d+)\./.exec(line.toString())![1]!;
      const peer = spawn(made.stdout.trim(), [
        here("gymnasium_peer.py"),
        name,
        pictured ? "front" : "-",
        address,
      ]);
      let [output, errors] = ["", ""];
      peer.stdout.on("data", (data: Buffer) => {
        output += data.toString();
      });
      peer.stderr.on("data", (data: Buffer) => {
        errors += data.toString();
      });
      const [code] = (await once(peer, "close")) as [number | null];
      if (code !== 0) throw new Error(`gymnasium_peer.py ended with ${code}:\n${errors.slice(-4000)}`);
      seen = JSON.parse(output.trim().split("\n").at(-1)!) as Seen;
    }, 600_000);
    afterAll(() => server?.kill());

    it("passes its checker, which only wishes for other bounds, and is drawn", () => {
      if (pictured) {
        expect(seen.picture![0]).toEqual([480, 480, 3]);
        expect(seen.picture![1]).toBeGreaterThan(100);
      }
      for (const warning of seen.warnings) expect(warning).toMatch(/Box (action|observation) space/);
    });

    it("is solved through the socket by the task's script, and ends as Gymnasium means it", () => {
      expect(seen.solved).toMatchObject({ reward: 1, terminated: true, truncated: false });
      expect(seen.solved.info).toMatchObject({ is_success: true, failure: "", seed: 1_000_003 });
    });

    it("shows the contract's features by name, binds other goals and refuses strange ones", async () => {
      const environment = await task.create();
      const { observations, goals } = environment.contract;
      environment.free();
      const shapes = [...observations, ...goals].map(({ name, names }) => [name, [names.length]]);
      expect(seen.solved.features).toEqual(Object.fromEntries(shapes));
      expect(seen.solved.rebound).toBe(seen.solved.other);
      expect(seen.solved.refusal).toMatch(/must be bound to .*got "moon"/);
    });

    it("goes back to a saved state", () => {
      expect(seen.solved.restored).toBe(true);
    });

    it("is closed by an interrupt in the middle of a request: no answer is taken for another's", () => {
      expect(seen.interrupted).toEqual(["KeyboardInterrupt: ", "ApprenticeError: the environment is closed"]);
    });

    it.each(["NextStep", "SameStep", "Disabled"])(
      "resets by itself as Gymnasium's vector does: %s",
      (mode) => {
        const { different, ends, inside } = seen.modes[mode]!;
        expect(different).toEqual([]);
        expect(ends).toBeGreaterThanOrEqual(10);
        expect(inside).toBe(true);
      },
    );
  },
);
