/**
 * What one client of `apprentice serve` may ask of its worlds, see docs/serve.md: its hello, then requests with an answer
 * each. Not here: sockets, tokens, bytes.
 */
import { type GoalBinding, integerIn, positive, refuse, type TaskCard } from "../../core/index.js";
import {
  type EnvironmentOptions,
  parseRanges,
  type RandomisationRanges,
  SENSES,
  taskByName,
  USUAL_RANGES,
} from "../../sim/index.js";
import { oneOf } from "../context.js";
import type { Frame, NamedArray } from "./frames.js";
import { camerasOf, type Pictures } from "./pictures.js";
import { createVector } from "./vector.js";
import type { Beginning, Moment } from "./worlds.js";

/** Version of the frames' contents; a client of another one is refused. */
export const SERVE_VERSION = 1;

/** What is served to every client. */
export interface Served {
  readonly task: string;
  /** worlds that one connection may have */
  readonly envs: number;
  /** threads that simulate, for each connection */
  readonly threads: number;
  /** names of the cameras in every observation */
  readonly cameras: readonly string[];
  /** pixels of a side of their pictures */
  readonly size: number;
  /** who draws; a text says why nobody does */
  readonly pictures: Pictures | string;
}

/** What a client wants. */
interface Hello extends WorldOptions {
  readonly envs: number;
}

/** How the worlds of a client differ from the task as it is. Plain data: it goes to threads. */
interface WorldOptions {
  readonly options: EnvironmentOptions;
  readonly ranges: RandomisationRanges | null;
}

/** What a client says first: version, how many worlds, of what kind. */
function readHello(header: Frame["header"], most: number): Hello {
  if (header["version"] !== SERVE_VERSION)
    refuse("hello", `version must be ${SERVE_VERSION}`, header["version"] ?? null);
  const { envs = 1, options = {} } = header;
  return {
    envs: integerIn("hello", "envs", envs as number, 1, most),
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

/** The rest of an answer that is not a refusal. */
interface Answer {
  readonly header?: Record<string, unknown>;
  readonly arrays?: readonly NamedArray[];
}

/** The worlds of a connection. */
export interface Session {
  /** the first answer: everything a client needs to know */
  readonly greeting: Record<string, unknown>;
  answer(frame: Frame): Promise<Answer>;
  close(): Promise<void>;
}

/** Makes the worlds that a hello asks for. @throws InputError for one that asks for what is not served */
export async function openSession(header: Frame["header"], served: Served): Promise<Session> {
  const { task, threads, cameras, size, pictures } = served;
  const hello = readHello(header, served.envs);
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
    const drawn = await pictures.draw(contract.robot, shown, which, side);
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
      cameras: camerasOf(contract.robot),
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
          const side = integerIn("render", "size", (header["size"] ?? 480) as number, 8, 2048);
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
          seed: integerIn("reset", "a seed", seed as number, 0, Number.MAX_SAFE_INTEGER),
          goal: readGoal(Array.isArray(goals) ? goals[i] : null),
        },
  );
}

function readGoal(value: unknown): GoalBinding | null {
  if (value === null || value === undefined) return null;
  return Object.fromEntries(Object.entries(asObject("goal", value)).map(([slot, id]) => [slot, String(id)]));
}

function commandsOf(given: NamedArray | undefined, count: number, width: number): Float64Array {
  const [rows, columns, ...more] = given?.shape ?? [];
  const shaped = rows === count && columns === width && more.length === 0;
  if (given === undefined || !shaped || given.data instanceof Uint8Array)
    return refuse("step", `actions must be ${count} rows of ${width} numbers`, given?.shape ?? null);
  const commands = given.data instanceof Float64Array ? given.data : Float64Array.from(given.data);
  // Here, where all are seen: no world steps when one of them cannot.
  if (!commands.every(Number.isFinite)) refuse("step", "actions must be finite numbers");
  return commands;
}

const worldOf = (header: Frame["header"], count: number): number =>
  integerIn("serve", "env", (header["env"] ?? 0) as number, 0, count - 1);

function asNames(place: string, value: unknown): string[] {
  return Array.isArray(value) && value.length > 0 && new Set(value).size === value.length
    ? value.map(String)
    : refuse(place, "must be a list of names, each once", value ?? null);
}

function asObject(place: string, value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(place, "must be an object", value ?? null);
}
