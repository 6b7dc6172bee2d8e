/**
 * Environments of foreign programs (Python, ROS 2, other simulators) for the interoperability tests and the
 * benchmarks: made from package registries, under `.cache/`, step by step. A step that was done with the same
 * inputs is not done again; when one is, all after it are. Plain Node. Not for the product: it needs none of this.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** A folder under `.cache/`, made when it is missing. */
export function cacheFolder(...parts) {
  const folder = join(root, ".cache", ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Runs a program to its end and resolves to what it printed on standard output.
 * @throws Error with the end of its output when it fails
 */
export function run(command, args, { cwd = root, env = process.env, timeout = 30 * 60 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      timeout: timeout * 1000,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let all = "";
    child.stdout.on("data", (data) => {
      output += data;
      all = (all + data).slice(-8000);
    });
    child.stderr.on("data", (data) => {
      all = (all + data).slice(-8000);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${signal ?? code}:\n${all}`));
    });
  });
}

/**
 * The first CPython on the path that `accept` takes (it gets version, whether it has a shared library, and where).
 * `APPRENTICE_PYTHON` names another one.
 * @returns {Promise<{ command: string, version: number[], shared: boolean, library: string } | null>}
 */
export async function findPython(accept) {
  const ask =
    "import json, sys, sysconfig as s; print(json.dumps({'version': sys.version_info[:3], " +
    "'shared': bool(s.get_config_var('Py_ENABLE_SHARED')), " +
    "'library': (s.get_config_var('LIBDIR') or '') + '/' + (s.get_config_var('INSTSONAME') or '')}))";
  const named = process.env.APPRENTICE_PYTHON;
  const candidates = named ? [named] : ["python3", "python3.12", "python3.11", "python3.13", "python3.10"];
  for (const command of candidates) {
    const answer = await run(command, ["-c", ask], { timeout: 20 }).catch(() => null);
    if (answer === null) continue;
    const found = JSON.parse(answer);
    if (accept(found)) return { command, ...found };
  }
  return null;
}

/**
 * Does the steps of a recipe that are not yet done. A step is `{ name, inputs, do }`: inputs are any JSON, whose
 * change makes the step, and all after it, be done again.
 */
export async function makeEnvironment(folder, steps, log) {
  const ledger = join(folder, "steps.json");
  const done = existsSync(ledger) ? JSON.parse(readFileSync(ledger, "utf8")) : {};
  let before = "";
  for (const step of steps) {
    const key = createHash("sha256")
      .update(JSON.stringify([before, step.name, step.inputs]))
      .digest("hex");
    before = key;
    if (done[step.name] === key) continue;
    const start = performance.now();
    log(`${step.name} ...`);
    await step.do();
    done[step.name] = key;
    writeFileSync(ledger, JSON.stringify(done, null, 2));
    log(`${step.name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
}

/**
 * A Python virtual environment in `folder`, filled by further steps.
 * @param steps gets `pip` (installs by name) and the interpreter's path, returns the steps
 * @returns {Promise<string | null>} the interpreter; null when no Python here is accepted
 */
export async function virtualEnvironment(folder, accept, steps, log) {
  const base = await findPython(accept);
  if (base === null) return null;
  const venv = join(folder, "venv");
  const interpreter = join(venv, "bin", "python");
  const pip = (...names) => run(interpreter, ["-m", "pip", "install", "-q", ...names]);
  const create = async () => {
    rmSync(venv, { recursive: true, force: true });
    await run(base.command, ["-m", "venv", venv]);
  };
  await makeEnvironment(
    folder,
    [{ name: "virtual environment", inputs: base.version, do: create }, ...steps(pip, interpreter)],
    log,
  );
  return interpreter;
}

/** Accepts CPython 3.`low` to 3.`high`. */
export const versions =
  (low, high) =>
  ({ version: [major, minor] }) =>
    major === 3 && minor >= low && minor <= high;
