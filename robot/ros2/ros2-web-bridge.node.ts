/**
 * Starts the optional peer `ros2-web-bridge`, where it is installed and a ROS 2 environment is sourced: on a port of
 * its own on loopback, behind our gate, for as long as we run. Never installs anything.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Clock, messageOf, refuse } from "../../core/index.js";
import { type BridgeGate, type BridgeGateOptions, startBridgeGate } from "./gate.node.js";

/** Where ROS 2 and the package are, and how the gate in front behaves. */
export interface BridgeOptions extends Omit<BridgeGateOptions, "upstream"> {
  readonly clock: Clock;
  /** where to look for the package, beside this one; default the working directory */
  readonly folder?: string;
  /** the environment of ROS 2; default the process's own */
  readonly environment?: NodeJS.ProcessEnv;
  /** seconds it may take to listen */
  readonly patience?: number;
}

/** A running `ros2-web-bridge` behind its gate. */
export interface Bridge {
  /** where clients connect: the gate */
  readonly url: string;
  readonly port: number;
  readonly version: string;
  /** settles when the bridge has ended, with why */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** @throws InputError when ROS 2 or the package is not there; Error when it does not come up */
export async function startRos2WebBridge(options: BridgeOptions): Promise<Bridge> {
  const environment = options.environment ?? process.env;
  if ((environment["AMENT_PREFIX_PATH"] ?? "") === "")
    refuse("bridge", "a ROS 2 environment must be sourced (AMENT_PREFIX_PATH is not set)");
  const peer = findPeer(options.folder ?? process.cwd());
  const port = await freePort();
  const child = spawn(process.execPath, ["--import", preload().href, peer.program, "--port", String(port)], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = options.onLog ?? (() => {});
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      said = (said + String(data)).slice(-MOST_SAID);
      log(String(data).trimEnd());
    });
  const ended = endOf(child);
  // Whatever ends us ends it: an orphan would keep the port and the graph.
  const stopWithUs = () => void child.kill("SIGKILL");
  process.once("exit", stopWithUs);
  void ended.then(() => process.removeListener("exit", stopWithUs));

  let gate: BridgeGate;
  try {
    await listening(child, port, options.clock, options.patience ?? 30).catch((error) => {
      throw new Error(`ros2-web-bridge ${peer.version}: ${messageOf(error)}\n${said.trim()}`);
    });
    gate = await startBridgeGate({ ...options, upstream: `ws://127.0.0.1:${port}` });
  } catch (error) {
    await stop(child, ended, options.clock);
    throw error;
  }
  return {
    url: gate.url,
    port: gate.port,
    version: peer.version,
    ended,
    close: async () => {
      await gate.close();
      await stop(child, ended, options.clock);
    },
  };
}

const MOST_SAID = 4000;

/** From TypeScript sources (tests) the built file, as everywhere else. */
function preload(): URL {
  const here = import.meta.url;
  const file = "loopback-only.node.js";
  return new URL(here.endsWith(".ts") ? `../../dist/robot/ros2/${file}` : `./${file}`, here);
}

function findPeer(folder: string): { readonly program: string; readonly version: string } {
  for (const from of [pathToFileURL(join(folder, "package.json")).href, import.meta.url]) {
    let file: string;
    try {
      file = createRequire(from).resolve("ros2-web-bridge/package.json");
    } catch {
      continue;
    }
    const { bin, version } = JSON.parse(readFileSync(file, "utf8")) as { bin?: unknown; version?: unknown };
    const program = typeof bin === "string" ? bin : Object.values((bin ?? {}) as Record<string, string>)[0];
    if (program !== undefined) return { program: join(dirname(file), program), version: String(version) };
  }
  return refuse(
    "bridge",
    "ros2-web-bridge must be installed, in a shell where ROS 2 is sourced: npm install ros2-web-bridge",
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) =>
      resolve(signal === null ? `it ended with code ${code}` : `it ended by ${signal}`),
    );
  });

/** Resolves once somebody accepts connections there. */
async function listening(child: ChildProcess, port: number, clock: Clock, seconds: number): Promise<void> {
  const until = clock.now() + seconds;
  let end: string | null = null;
  void endOf(child).then((reason) => {
    end = reason;
  });
  while (clock.now() < until) {
    if (end !== null) throw new Error(end);
    const accepted = await new Promise<boolean>((resolve) => {
      const probe = connect(port, "127.0.0.1");
      probe.once("connect", () => resolve(true)).once("error", () => resolve(false));
      probe.once("connect", () => probe.destroy());
    });
    if (accepted) return;
    await clock.sleep(0.1);
  }
  throw new Error(`it does not listen after ${seconds} s`);
}

async function stop(child: ChildProcess, ended: Promise<string>, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const patience = new AbortController();
  await Promise.race([ended, clock.sleep(2, patience.signal).catch(() => {})]);
  patience.abort();
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await ended;
}
