/**
 * Real ROS 2 for the interoperability tests: makes the environment when it is missing, starts nodes and bridges in
 * a DDS domain of the test's own, and ends exactly what it started. Loopback only.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { realClock } from "../../core/index.js";
import { startRos2WebBridge } from "../../robot/index.node.js";

interface Made {
  readonly variables: Readonly<Record<string, string>>;
  readonly path: string;
  readonly preload: string;
  readonly python: string;
  readonly rosbridgeServerRs: string;
  readonly ros2WebBridge: string;
}

/** A program that runs until it is stopped. */
export interface Running {
  readonly lines: readonly string[];
  /** resolves to the first line, of those past and to come, that `accept` takes */
  line(accept: (line: string) => boolean, seconds?: number): Promise<string>;
  /** resolves to its exit code, or the signal that ended it */
  readonly ended: Promise<number | string>;
  /** null while it runs */
  exitCode(): number | string | null;
  stop(): Promise<void>;
}

export interface Ros2 {
  /** rclpy program of `nodes/` */
  node(file: string, args?: readonly string[]): Running;
  /** another program, by default without ROS in its environment */
  run(
    command: string,
    args: readonly string[],
    options?: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
  ): Running;
  /** what a program of `nodes/` prints for these lines of input, line by line */
  ask(file: string, input: readonly string[]): Promise<string[]>;
  /** @returns its address, once it listens */
  rosbridgeServerRs(): Promise<Bridge>;
  ros2WebBridge(): Promise<Bridge>;
  /** the same as our own command starts it: behind the gate */
  gatedWebBridge(): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** variables of a shell in which this ROS 2 is sourced, with what programs that are not Python preload */
  readonly sourced: NodeJS.ProcessEnv;
  /** where the npm package ros2-web-bridge is installed */
  readonly webBridgeFolder: string;
  /** ends everything that was started */
  close(): Promise<void>;
}

export interface Bridge {
  readonly url: string;
  readonly program: Running;
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** @returns the environment, or in words why there can be none on this machine */
export async function makeRos2(): Promise<Made | string> {
  const setup = spawn(process.execPath, [here("setup-ros2.mjs")], { stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  setup.stdout.on("data", (data: Buffer) => {
    output += data.toString();
  });
  setup.stderr.on("data", (data: Buffer) => {
    errors += data.toString();
    process.stderr.write(data);
  });
  const code = await new Promise<number | null>((resolve) => setup.on("close", resolve));
  if (code === 3) return errors.trim();
  if (code !== 0) throw new Error(`setup-ros2 ended with ${code}:\n${errors}`);
  return JSON.parse(readFileSync(output.trim(), "utf8")) as Made;
}

/** @param domain 0 to 101, one for each test that runs at a time */
export function openRos2(made: Made, domain: number): Ros2 {
  const closing: (() => Promise<void>)[] = [];
  const webBridgeFolder = dirname(dirname(dirname(dirname(made.ros2WebBridge))));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...made.variables,
    PATH: `${made.path}:${process.env["PATH"]}`,
    ROS_DOMAIN_ID: String(domain),
  };
  const sourced = { ...env, LD_PRELOAD: made.preload };
  const start = (
    command: string,
    args: readonly string[],
    variables: NodeJS.ProcessEnv,
    cwd = process.cwd(),
  ): Running => {
    const child = spawn(command, args, { cwd, env: variables, stdio: ["ignore", "pipe", "pipe"] });
    const program = watch(child, command);
    closing.push(() => program.stop());
    return program;
  };
  const bridge = async (command: string, args: (port: number) => string[]): Promise<Bridge> => {
    const port = await freePort();
    const program = start(command, args(port), sourced);
    await listening(port, program);
    return { url: `ws://127.0.0.1:${port}`, program };
  };
  return {
    run: (command, args, { cwd, env: variables = process.env } = {}) => start(command, args, variables, cwd),
    node: (file, args = []) => start(made.python, [here(`nodes/${file}`), ...args], env),
    ask: async (file, input) => {
      const child = spawn(made.python, [here(`nodes/${file}`)], { env, stdio: ["pipe", "pipe", "inherit"] });
      const lines: string[] = [];
      createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
      child.stdin.end(input.map((line) => `${line}\n`).join(""));
      const code = await new Promise((resolve) => child.on("close", resolve));
      if (code !== 0) throw new Error(`${file} ended with ${code}`);
      return lines;
    },
    rosbridgeServerRs: () =>
      bridge(made.rosbridgeServerRs, (port) => [
        "--no-rosapi",
        ...["--service-timeout", "5", "--bind", `127.0.0.1:${port}`],
      ]),
    ros2WebBridge: () => bridge(process.execPath, (port) => [made.ros2WebBridge, "--port", String(port)]),
    gatedWebBridge: async () => {
      const gated = await startRos2WebBridge({
        clock: realClock(),
        port: 0,
        folder: webBridgeFolder,
        environment: sourced,
      });
      closing.push(() => gated.close());
      return gated;
    },
    sourced,
    webBridgeFolder,
    close: async () => {
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}

function watch(child: ChildProcess, name: string): Running {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
  };
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        wake();
      });
  let ended: number | string | null = null;
  const closed = new Promise<number | string>((resolve) =>
    child.on("close", (code, signal) => {
      ended = signal ?? code ?? "unknown";
      wake();
      resolve(ended);
    }),
  );
  return {
    lines,
    ended: closed,
    exitCode: () => ended,
    line: (accept, seconds = 20) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => {
          settle();
          reject(new Error(`${name} ${why}:\n${lines.slice(-20).join("\n")}`));
        };
        const look = () => {
          const found = lines.find(accept);
          if (found !== undefined) {
            settle();
            resolve(found);
          } else if (ended !== null) fail(`ended (${ended}) without the line`);
        };
        const timer = setTimeout(() => fail(`did not print the line in ${seconds} s`), seconds * 1000);
        const settle = () => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    stop: async () => {
      if (ended !== null) return;
      child.kill("SIGTERM");
      const hard = setTimeout(() => child.kill("SIGKILL"), 5000);
      await closed;
      clearTimeout(hard);
    },
  };
}

/** A port of the loopback interface that nothing listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** Waits until something listens there. */
export async function listening(port: number, program: Running): Promise<void> {
  for (let tries = 0; tries < 200 && program.exitCode() === null; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}:\n${program.lines.slice(-20).join("\n")}`);
}
