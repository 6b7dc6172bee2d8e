/**
 * Peers from package registries: made on first use by `setup.mjs`, in a process of its own. A peer that cannot be
 * had on this machine is a reason to skip, not an error.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The repository's root folder: benchmarks run from a clone. */
export const ROOT = process.cwd();

/** Why a benchmark cannot run here. */
export class Unavailable extends Error {}

/** @returns what `setup.mjs` made: a folder, or a Python */
export async function makePeer<T>(
  name: "mujoco" | "torch" | "robosuite" | "maniskill" | "gym-pusht" | "rapier-soft",
): Promise<T> {
  const child = spawn(process.execPath, [join(ROOT, "bench", "peers", "setup.mjs"), name], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    errors += data.toString();
    process.stderr.write(data);
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0)
    throw new Unavailable(errors.trim().split("\n").slice(-3).join(" ") || `setup ended with ${code}`);
  return JSON.parse(output) as T;
}

/** A peer in a process of its own that answers one line of JSON to each line it is sent. */
export interface Worker {
  ask<T>(request: unknown): Promise<T>;
  close(): Promise<void>;
}

/** Starts a Python peer of this folder. It shares the core this process is bound to. */
export function openWorker(python: string, file: string, env: Readonly<Record<string, string>> = {}): Worker {
  const child = spawn(python, [join(ROOT, "bench", "peers", file)], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (data: Buffer) => {
    errors = (errors + data.toString()).slice(-4000);
  });
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(line));
  const closed = new Promise<void>((resolve) =>
    child.on("close", (code) => {
      for (const each of waiting.splice(0)) each.reject(new Error(`${file} ended with ${code}:\n${errors}`));
      resolve();
    }),
  );
  return {
    ask: async <T>(request: unknown) => {
      const answer = new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }));
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return JSON.parse(await answer) as T;
    },
    close: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
