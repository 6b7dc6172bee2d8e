/** Gymnasium itself checks and drives our environments, and finds our vector environment equal to its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TASKS } from "../../sim/index.js";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const BIN = here("../../bin/apprentice.mjs");

const made = spawnSync(process.execPath, [here("setup-gymnasium.mjs")], { encoding: "utf8" });
if (made.status !== 0 && made.status !== 3)
  throw new Error(`setup-gymnasium ended with ${made.status}:\n${made.stderr}`);
const because = made.status === 3 ? ` [skipped: ${made.stderr.trim()}]` : "";

/** What a picture is: its shape, and how far its brightest number lies from its darkest. */
type Picture = readonly [shape: number[], contrast: number];

interface Seen {
  readonly warnings: readonly string[];
  readonly picture: Picture | null;
  readonly solved: {
    readonly info: Record<string, unknown>;
    readonly reward: number;
    readonly terminated: boolean;
    readonly truncated: boolean;
    readonly features: Record<string, number[]>;
    readonly restored: boolean;
  };
  readonly bound: Record<string, Record<string, string>>;
  readonly interrupted: readonly string[];
  readonly refused: {
    readonly single: Record<string, string>;
    readonly several: Record<string, string>;
    readonly still: boolean;
  };
  readonly death: {
    readonly said: readonly string[];
    readonly left: number | null;
    readonly nobody: string;
    readonly strange: string;
  };
  readonly modes: Record<
    string,
    {
      readonly different: string[];
      readonly ends: number;
      readonly inside: boolean;
      readonly pictures: Record<string, Picture>;
    }
  >;
}

describe.skipIf(because !== "").each(TASKS.map((task) => [task.card.name, task] as const))(
  `Gymnasium and %s${because}`,
  (name, task) => {
    let server: ChildProcess;
    let seen: Seen;
    /** one task of each robot is enough: a world to be drawn takes a second to make */
    const pictured = TASKS.find(({ card }) => card.robot === task.card.robot) === task;
    const cameras = pictured ? ["--cameras", "front", "--size", "32"] : [];
    beforeAll(async () => {
      server = spawn(process.execPath, [BIN, "serve", name, "--envs", "3", "--port", "0", ...cameras]);
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

    it("shows the contract's features by name", async () => {
      const environment = await task.create();
      const { observations, goals } = environment.contract;
      environment.free();
      const shapes = [...observations, ...goals].map(({ name, names }) => [name, [names.length]]);
      expect(seen.solved.features).toEqual(Object.fromEntries(shapes));
    });

    it("binds goals as the environment itself does, and refuses the same in the same words", async () => {
      const environment = await task.create();
      environment.reset(1_000_003);
      const goal = (): Readonly<Record<string, string>> => environment.goal();
      const own = goal();
      const bind = (slot: string, id: string): string => {
        environment.reset(1_000_003);
        try {
          environment.bind({ ...own, [slot]: id });
          return goal()[slot]!;
        } catch (error) {
          return `refused: ${(error as Error).message}`;
        }
      };
      const things = [...environment.scene().objects.map(({ id }) => id), "moon"];
      expect(seen.bound).toEqual(
        Object.fromEntries(
          Object.keys(own).map((slot) => [
            slot,
            Object.fromEntries(things.map((id) => [id, bind(slot, id)])),
          ]),
        ),
      );
      environment.free();
      for (const [slot, said] of Object.entries(seen.bound)) {
        expect(said["moon"]).toMatch(/must be bound to .*got "moon"/);
        expect(said[own[slot]!]).toBe(own[slot]);
      }
    });

    it("goes back to a saved state and comes to the same end, bit for bit", () => {
      expect(seen.solved.restored).toBe(true);
    });

    it("is closed by an interrupt in the middle of a request: no answer is taken for another's", () => {
      expect(seen.interrupted).toEqual(["KeyboardInterrupt: ", "ApprenticeError: the environment is closed"]);
    });

    it("refuses actions of another shape, and what is no number; nothing has moved, and it goes on", () => {
      const { single, several, still } = seen.refused;
      const shape = /^ValueError: step: actions must have shape \(\d+,\), got \(/;
      const number = "ApprenticeError: step: actions must be finite numbers";
      expect(single).toEqual({
        short: expect.stringMatching(shape),
        long: expect.stringMatching(shape),
        column: expect.stringMatching(shape),
        words: expect.stringMatching(/^ValueError: could not convert/),
        nothing: expect.stringMatching(shape),
        "not a number": number,
        infinite: number,
      });
      const rows = /^ValueError: step: actions must have shape \(3, \d+\), got \(/;
      expect(several).toEqual({
        transposed: expect.stringMatching(rows),
        flat: expect.stringMatching(rows),
        "two rows": expect.stringMatching(rows),
        "one of three not a number": number,
      });
      expect(still).toBe(true);
    });

    it("says so when its server dies in the middle of a step, and another can be made", () => {
      const { said, left, nobody, strange } = seen.death;
      expect(said).toEqual([
        "ApprenticeError: the server has closed the connection",
        "ApprenticeError: the environment is closed",
        "ApprenticeError: the environment is closed",
      ]);
      expect(left, "the second server ended by itself").toBe(0);
      expect(nobody).toMatch(/^ApprenticeError: nobody serves at 127\.0\.0\.1:\d+: .*refused/);
      expect(strange).toMatch(new RegExp(`^ApprenticeError: the server serves ${name}, not `));
    });

    it.each(["NextStep", "SameStep", "Disabled"])(
      "resets by itself as Gymnasium's vector does: %s",
      (mode) => {
        const { different, ends, inside, pictures } = seen.modes[mode]!;
        expect(different).toEqual([]);
        expect(Object.keys(pictures)).toEqual(pictured ? ["front"] : []);
        for (const [shape, contrast] of Object.values(pictures)) {
          expect(shape).toEqual([3, 32, 32, 3]);
          expect(contrast).toBeGreaterThan(100);
        }
        expect(ends).toBeGreaterThanOrEqual(10);
        expect(inside).toBe(true);
      },
    );
  },
);
