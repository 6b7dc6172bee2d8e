/**
 * The server of `apprentice serve`: each connection gets worlds of its own and steps them by frames, one answer for
 * every request, in order (docs/serve.md). Loopback only unless told otherwise, and then with a token. What a web page
 * could send here begins with an HTTP method, which is no frame and ends the connection.
 */
import { timingSafeEqual } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import {
  type GoalBinding,
  InputError,
  integerIn,
  messageOf,
  positive,
  refuse,
  type TaskCard,
} from "../../core/index.js";
import {
  type EnvironmentOptions,
  parseRanges,
  type RandomisationRanges,
  SENSES,
  taskByName,
  USUAL_RANGES,
} from "../../sim/index.js";
import { oneOf } from "../context.js";
import { createFrameReader, encodeFrame, type Frame, type NamedArray } from "./frames.js";
import { camerasOf, type Pictures } from "./pictures.js";
import { createVector } from "./vector.js";
import type { Beginning, Moment } from "./worlds.js";

/** Version of the frames' contents; a client of another one is refused. */
export const SERVE_VERSION = 1;

/** How a server is set up. */
export interface ServeOptions {
  readonly task: string;
  /** worlds that one connection may have */
  readonly envs: number;
  /** threads that simulate, for each connection */
  readonly threads: number;
  /** default 127.0.0.1 */
  readonly host?: string;
  /** default: any that is free */
  readonly port?: number;
  /** asked of every client; must be given to listen beyond loopback */
  readonly token?: string;
  /** names of the cameras in every observation */
  readonly cameras: readonly string[];
  /** pixels of a side of their pictures */
  readonly size: number;
  /** who draws; a text says why nobody does */
  readonly pictures: Pictures | string;
  /** called when a connection has ended */
  readonly onLeave?: () => void;
}

/** A server that runs. */
export interface EnvironmentServer {
  readonly host: string;
  readonly port: number;
  /** Ends it at once, with all connections. */
  close(): Promise<void>;
}

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
const MOST_CLIENTS = 16;
/** Bytes before a client has said who it is, and after. */
const STRANGER = { header: 1 << 14, body: 0 };
const FRIEND = { header: 1 << 20, body: 1 << 26 };
/** ms that a stranger may be silent */
const PATIENCE = 10_000;

/** Starts the server; resolves when it listens. */
export async function startEnvironmentServer(options: ServeOptions): Promise<EnvironmentServer> {
  const { host = "127.0.0.1", port = 0, token } = options;
  if (!LOOPBACK.includes(host) && (token === undefined || token.length < 16))
    refuse("serve", "beyond loopback APPRENTICE_TOKEN must hold a token of at least 16 characters", host);
  const clients = new Set<{ readonly socket: Socket; readonly done: Promise<void> }>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    if (clients.size >= MOST_CLIENTS) {
      socket.destroy();
      return;
    }
    const client = { socket, done: attend(socket, options) };
    clients.add(client);
    client.done.finally(() => {
      clients.delete(client);
      options.onLeave?.();
    });
  });
  await new Promise<void>((started, failed) => {
    server.once("error", failed);
    server.listen(port, host, started);
  });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      const left = [...clients];
      for (const { socket } of left) socket.destroy();
      await closed;
      await Promise.all(left.map(({ done }) => done));
    },
  };
}

/** Serves one connection until it ends; never rejects. */
function attend(socket: Socket, options: ServeOptions): Promise<void> {
  const reader = createFrameReader(STRANGER);
  let session: Session | null = null;
  /** requests are answered one after the other */
  let last: Promise<void> = Promise.resolve();
  const send = (header: Record<string, unknown>, arrays: readonly NamedArray[] = []): void => {
    if (socket.destroyed) return;
    socket.cork();
    for (const piece of encodeFrame(header, arrays)) socket.write(piece);
    socket.uncork();
  };
  const answer = async (frame: Frame): Promise<void> => {
    try {
      if (session === null) {
        const hello = readHello(frame.header, options);
        socket.setTimeout(0);
        session = await openSession(hello, options);
        reader.limits = FRIEND;
        send(session.greeting);
      } else {
        const { header, arrays } = await session.answer(frame);
        send({ ok: true, ...header }, arrays);
      }
    } catch (error) {
      send({ ok: false, error: messageOf(error), input: error instanceof InputError });
      if (session === null) socket.end();
    }
  };
  socket.setTimeout(PATIENCE, () => socket.destroy());
  socket.on("data", (bytes) => {
    let frames: Frame[];
    try {
      frames = reader.take(bytes);
    } catch (error) {
      send({ ok: false, error: messageOf(error), input: true });
      socket.end();
      socket.removeAllListeners("data");
      return;
    }
    for (const frame of frames) last = last.then(() => answer(frame));
  });
  socket.on("error", () => undefined); // it closes next
  return new Promise((resolve) => {
    socket.once("close", () => {
      last.then(() => session?.close()).finally(resolve);
    });
  });
}

interface Hello extends WorldOptions {
  readonly envs: number;
}

/** How the worlds of a client differ from the task as it is. Plain data: it goes to threads. */
interface WorldOptions {
  readonly options: EnvironmentOptions;
  readonly ranges: RandomisationRanges | null;
}

/** What a client says first: version, token, how many worlds, of what kind. */
function readHello(header: Frame["header"], { envs: most, token }: ServeOptions): Hello {
  if (header["op"] !== "hello") refuse("serve", "the first request must be hello", header["op"] ?? null);
  if (header["version"] !== SERVE_VERSION)
    refuse("hello", `version must be ${SERVE_VERSION}`, header["version"] ?? null);
  if (token !== undefined && !sameText(String(header["token"] ?? ""), token))
    throw new InputError("hello", "token must be this server's");
  const { envs = 1, options = {} } = header;
  return {
    envs: integerIn("hello", "envs", Number(envs), 1, most),
    ...readOptions(options),
  };
}

/** Options of an environment from data; refuses what is not one. */
function readOptions(value: unknown): WorldOptions {
  let ranges: RandomisationRanges | null = null;
  const place = "environment options";
  const options: { -readonly [K in keyof EnvironmentOptions]: EnvironmentOptions[K] } = {};
  for (const [name, given] of Object.entries(asObject(place, value))) {
    switch (name) {
      case "detector":
        options.detector =
          given === null ? null : refuse(place, "detector must be null (exact) or absent", given);
        break;
      case "horizon":
      case "massScale":
      case "frictionScale":
        options[name] = positive(place, name, given as number);
        break;
      case "senses":
        options.senses = asNames(`${place}: senses`, given).map((sense) =>
          oneOf(`${place}: senses`, SENSES, sense),
        );
        break;
      case "randomise":
        ranges = given === true ? USUAL_RANGES : parseRanges(`${place}: randomise`, given);
        break;
      default:
        refuse(place, "must be detector, horizon, massScale, frictionScale, senses or randomise", name);
    }
  }
  return { options, ranges };
}

interface Answer {
  readonly header?: Record<string, unknown>;
  readonly arrays?: readonly NamedArray[];
}

/** The worlds of a connection. */
interface Session {
  /** the first answer: everything a client needs to know */
  readonly greeting: Record<string, unknown>;
  answer(frame: Frame): Promise<Answer>;
  close(): Promise<void>;
}

async function openSession(hello: Hello, server: ServeOptions): Promise<Session> {
  const { task, threads, cameras, size, pictures } = server;
  const vector = await createVector(
    { task, count: hello.envs, options: hello.options, ranges: hello.ranges },
    threads,
  );
  const { contract, card, count } = vector;
  const width = contract.actions.reduce((sum, { names }) => sum + names.length, 0);
  /** a client has to ask for pictures by `render` where they are not in every observation */
  const draw = async (which: readonly string[], side: number, only?: number): Promise<NamedArray[]> => {
    if (which.length === 0) return [];
    if (typeof pictures === "string") return refuse("serve", `cannot draw pictures: ${pictures}`);
    const sights = await vector.sights();
    const shown = only === undefined ? sights : sights.slice(only, only + 1);
    const drawn = await pictures.draw(contract.control, shown, which, side);
    return which.map((camera, i) => ({
      name: `pixels.${camera}`,
      shape: [shown.length, side, side, 3],
      data: drawn[i]!,
    }));
  };
  const told = async (moment: Moment, goals: boolean): Promise<Answer> => ({
    header: {
      failures: moment.failures,
      ...(goals ? { goals: moment.goals } : {}),
    },
    arrays: [...momentArrays(moment, count), ...(await draw(cameras, size))],
  });

  return {
    greeting: {
      ok: true,
      version: SERVE_VERSION,
      envs: count,
      task: cardOf(card),
      constants: taskByName(task).constantsHash(),
      contract,
      cameras: camerasOf(contract.control),
      observed: cameras,
      size,
      pictures: typeof pictures === "string" ? pictures : null,
    },
    answer: async ({ header, arrays }) => {
      const { op } = header;
      switch (op) {
        case "reset":
        case "step": {
          const begin = readBeginnings(header, count);
          const actions = op === "step" ? commandsOf(arrays.get("actions"), count, width) : null;
          const moment = await vector.advance(begin, actions);
          return told(
            moment,
            begin.some((each) => each !== null),
          );
        }
        case "render": {
          const world = worldOf(header, count);
          const which = asNames("render: cameras", header["cameras"]);
          const side = integerIn("render", "size", Number(header["size"] ?? 480), 8, 2048);
          return { arrays: await draw(which, side, world) };
        }
        case "expert":
          return {
            arrays: [{ name: "actions", shape: [count, width], data: await vector.expert() }],
          };
        case "scene": {
          const world = worldOf(header, count);
          const answer = await vector.of(world, { kind: "look", world });
          if (answer.kind !== "scene") throw new Error("internal: no scene");
          return { header: { scene: answer.scene, words: answer.words, hash: answer.hash } };
        }
        case "save": {
          const world = worldOf(header, count);
          const answer = await vector.of(world, { kind: "save", world });
          if (answer.kind !== "bytes") throw new Error("internal: no state");
          const { bytes } = answer;
          return { arrays: [{ name: "state", shape: [bytes.length], data: bytes }] };
        }
        case "load": {
          const world = worldOf(header, count);
          const state = arrays.get("state")?.data;
          if (!(state instanceof Uint8Array)) return refuse("load", "state must be an array of bytes");
          await vector.of(world, { kind: "load", world, bytes: state });
          return told(await vector.advance([], null), true);
        }
        default:
          return refuse("serve", "op must be reset, step, render, expert, scene, save or load", op ?? null);
      }
    },
    close: () => vector.close(),
  };
}

const cardOf = ({ name, robot, summary, horizon, sentences, reset }: TaskCard) => ({
  name,
  robot,
  summary,
  horizon,
  sentences,
  reset,
});

function momentArrays(moment: Moment, count: number): NamedArray[] {
  return [
    ...Object.entries(moment.vectors).map(([name, data]) => ({
      name,
      shape: [count, data.length / count],
      data,
    })),
    { name: "success", shape: [count], data: moment.success },
    { name: "terminated", shape: [count], data: moment.terminated },
    { name: "truncated", shape: [count], data: moment.truncated },
    { name: "time", shape: [count], data: moment.time },
  ];
}

/** `seeds` of a request: for each world the seed of a new episode, or null; `goals` beside them. */
function readBeginnings(header: Frame["header"], count: number): (Beginning | null)[] {
  const { seeds = null, goals = null } = header;
  if (seeds === null) return [];
  if (!Array.isArray(seeds) || seeds.length !== count)
    return refuse("reset", `seeds must be a list of ${count}, a number or null each`, seeds);
  if (goals !== null && (!Array.isArray(goals) || goals.length !== count))
    return refuse("reset", `goals must be a list of ${count}`, goals);
  return seeds.map((seed: unknown, i) =>
    seed === null
      ? null
      : {
          seed: integerIn("reset", "a seed", Number(seed), 0, Number.MAX_SAFE_INTEGER),
          goal: readGoal(Array.isArray(goals) ? goals[i] : null),
        },
  );
}

function readGoal(value: unknown): GoalBinding | null {
  if (value === null || value === undefined) return null;
  return Object.fromEntries(Object.entries(asObject("goal", value)).map(([slot, id]) => [slot, String(id)]));
}

function commandsOf(given: NamedArray | undefined, count: number, width: number): Float64Array {
  if (given === undefined || given.data.length !== count * width || given.data instanceof Uint8Array)
    return refuse("step", `actions must be ${count} rows of ${width} numbers`, given?.shape ?? null);
  return given.data instanceof Float64Array ? given.data : Float64Array.from(given.data);
}

const worldOf = (header: Frame["header"], count: number): number =>
  integerIn("serve", "env", Number(header["env"] ?? 0), 0, count - 1);

function asNames(place: string, value: unknown): string[] {
  return Array.isArray(value) && value.length > 0 && value.length <= 16
    ? value.map(String)
    : refuse(place, "must be a list of names", value ?? null);
}

function asObject(place: string, value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(place, "must be an object", value ?? null);
}

/** Compares without telling by its time how much was right. */
function sameText(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
