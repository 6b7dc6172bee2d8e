/**
 * Policies of the page: trained here or opened from a file, kept beside the takes they come from, and the training
 * that makes them. Training runs in a thread of its own, by the code of the command line.
 */
import { batch, effect, type Signal, signal } from "@preact/signals";
import type { Episode, FileStore } from "../../datasets/index.js";
import {
  checkRecipe,
  defaultRecipe,
  type Recipe,
  readCard,
  readModel,
  type TrainRequest,
  withSteps,
} from "../../policy/index.js";
import { isAmplified } from "./amplification.js";
import { createHeldOut, type HeldOutPoint, split } from "./held-out.js";
import { type Library, type TakeRow, usable } from "./library.js";
import { type Link, reasonOf } from "./link.js";
import type { FromTraining } from "./workers/train.worker.js";

/** A policy that can be tried. */
export interface PolicyFile {
  readonly name: string;
  readonly task: string;
  readonly algorithm: string;
  readonly step: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a person may change of a recipe. */
export interface RecipeChoice {
  readonly algorithm: string;
  /** null: the recipe's own for the task */
  readonly steps: number | null;
  readonly seed: number;
  /** takes of people are smoothed, re-timed and mirrored before training, as `policy` recommends */
  readonly treat: boolean;
  /** episodes that were made of takes are used beside them */
  readonly amplified: boolean;
}

/** Where a training stands. */
export type Training =
  | { readonly state: "idle" }
  | { readonly state: "loading" }
  | {
      readonly state: "running";
      readonly step: number;
      readonly total: number;
      readonly secondsLeft: number | null;
    }
  | { readonly state: "done"; readonly seconds: number; readonly parameters: number }
  | { readonly state: "failed"; readonly reason: string };

/** Policies and training. */
export interface Policies {
  readonly files: Signal<readonly PolicyFile[]>;
  readonly chosen: Signal<string | null>;
  readonly choice: Signal<RecipeChoice>;
  readonly training: Signal<Training>;
  readonly curve: Signal<readonly { readonly step: number; readonly loss: number }[]>;
  /** of the candidates, in takes that were held out */
  readonly heldOut: Signal<readonly HeldOutPoint[]>;
  /** The recipe for the data set that is open; null without one. */
  recipe(): Recipe | null;
  /** Whether takes of people are among the data, and a treatment for them is known. */
  treatable(): boolean;
  start(): Promise<void>;
  stop(): void;
  /** Opens a file that somebody chose. @throws InputError when it is no policy */
  openFile(name: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** Makes a policy known to the simulation, once. */
  load(name: string): void;
}

/** A training that is on, and where what comes of it goes: the page may open another task meanwhile. */
interface Run {
  /** of its policies' names */
  readonly stem: string;
  readonly steps: number;
  readonly store: FileStore | null;
  /** ms since the page began */
  since: number;
  /** null while takes are read */
  worker: Worker | null;
  /** its policies are beside the takes, or it was said why not */
  kept: Promise<unknown>;
}

const FOLDER = "policies";
const MOST_FILES = 64;
const MOST_BYTES = 64 * 1024 * 1024;

/** No policy yet; those beside the data set come with it. */
export function createPolicies(link: Link, library: Library): Policies {
  const files = signal<readonly PolicyFile[]>([]);
  const chosen = signal<string | null>(null);
  const choice = signal<RecipeChoice>({
    algorithm: "flow",
    steps: null,
    seed: 0,
    treat: true,
    amplified: true,
  });
  const training = signal<Training>({ state: "idle" });
  const curve = signal<readonly { step: number; loss: number }[]>([]);
  const heldOut = createHeldOut();
  let run: Run | null = null;
  let sent = new Set<string>();

  const fromBytes = (name: string, bytes: Uint8Array<ArrayBuffer>): PolicyFile => {
    const { contract, card } = readCard(readModel(bytes).metadata);
    return { name, task: contract.task, algorithm: card.algorithm, step: card.step, bytes };
  };
  const add = (file: PolicyFile): void => {
    batch(() => {
      files.value = [...files.peek().filter(({ name }) => name !== file.name), file];
      chosen.value = file.name;
    });
  };

  effect(() => {
    if (library.state.value === "ready") void readKept();
  });

  const readKept = async (): Promise<void> => {
    const store = library.store();
    if (store === null) return;
    try {
      const paths = (await store.list(FOLDER)).filter((path) => path.endsWith(".onnx")).slice(-MOST_FILES);
      const found: PolicyFile[] = [];
      for (const path of paths) {
        if (((await store.size(path)) ?? 0) > MOST_BYTES) continue;
        found.push(fromBytes(path.slice(FOLDER.length + 1, -5), Uint8Array.from(await store.read(path))));
      }
      batch(() => {
        files.value = [
          ...files.peek().filter((file) => !found.some(({ name }) => name === file.name)),
          ...found,
        ];
        chosen.value ??= found.at(-1)?.name ?? null;
      });
    } catch (error) {
      library.problem.value = reasonOf(error);
    }
  };

  /** The takes that will be used, and who made them. */
  const used = (): TakeRow[] =>
    library.takes.peek().filter((take) => usable(take) && (choice.peek().amplified || !isAmplified(take)));
  const makers = (): string[] => used().map(({ maker }) => maker);

  const recipe = (): Recipe | null => {
    const contract = link.opened.peek()?.contract ?? null;
    if (contract === null) return null;
    const { algorithm, steps, treat } = choice.peek();
    const own = { ...defaultRecipe(contract, treat ? makers() : []), algorithm };
    return checkRecipe(steps === null ? own : withSteps(own, steps));
  };

  const end = (next: Training): void => {
    run?.worker?.terminate();
    run = null;
    training.value = next;
  };

  const hear = (message: FromTraining, mine: Run): void => {
    if (run !== mine) return;
    switch (message.kind) {
      case "begun":
        mine.since = performance.now();
        training.value = { state: "running", step: 0, total: mine.steps, secondsLeft: null };
        return;
      case "point": {
        const { step, total, loss } = message;
        const seconds = (performance.now() - mine.since) / 1000;
        batch(() => {
          curve.value = [...curve.peek(), { step, loss }];
          training.value = { state: "running", step, total, secondsLeft: (seconds / step) * (total - step) };
        });
        return;
      }
      case "candidate": {
        const { step, model } = message.candidate;
        const file = fromBytes(`${mine.stem}-${step}`, model);
        add(file);
        heldOut.judge(step, file.bytes);
        const writing = mine.store
          ?.write([{ path: `${FOLDER}/${file.name}.onnx`, bytes: file.bytes }])
          .catch((error: unknown) => {
            library.problem.value = reasonOf(error);
          });
        mine.kept = Promise.all([mine.kept, writing]);
        return;
      }
      case "done":
        // A page that says so may be closed.
        void mine.kept.then(() => {
          if (run === mine) end({ state: "done", seconds: message.seconds, parameters: message.parameters });
        });
        return;
      case "failed":
        end({ state: "failed", reason: message.reason });
        return;
    }
  };

  // The simulation forgets its policies with its task; takes that are being read are of the set that goes.
  effect(() => {
    if (link.opened.value !== null) return;
    sent = new Set();
    link.ready.value = [];
    if (run !== null && run.worker === null) end({ state: "idle" });
  });

  return {
    files,
    chosen,
    choice,
    training,
    curve,
    heldOut: heldOut.curve,
    recipe,
    treatable: () => {
      const contract = link.opened.peek()?.contract;
      return contract !== undefined && defaultRecipe(contract, makers()).treatment !== undefined;
    },
    start: async () => {
      const contract = link.opened.peek()?.contract;
      const chosenRecipe = recipe();
      if (contract === undefined || chosenRecipe === null || run !== null) return;
      const takes = used();
      const { algorithm, seed } = choice.peek();
      const made = takes.some(isAmplified);
      const mine: Run = {
        stem: `${contract.task}-${algorithm}${made ? "-amplified" : ""}-s${seed}`,
        steps: chosenRecipe.steps,
        store: library.store(),
        since: performance.now(),
        worker: null,
        kept: Promise.resolve(),
      };
      run = mine;
      batch(() => {
        training.value = { state: "loading" };
        curve.value = [];
      });
      try {
        const whole: (readonly Episode[])[] = [];
        for (const take of takes) whole.push(await library.used(take.index));
        // What was made of a take is no judge of it, nor the take of what was made, nor one part of another.
        const parts = made ? { train: whole, judge: [] } : split(whole);
        const episodes = parts.train.flat();
        const data = await nameOf(episodes);
        // Ended while its takes were read.
        if (run !== mine) return;
        heldOut.begin(parts.judge.flat());
        const worker = new Worker(new URL("./workers/train.worker.ts", import.meta.url), { type: "module" });
        mine.worker = worker;
        worker.onmessage = ({ data: message }: MessageEvent<FromTraining>) => hear(message, mine);
        worker.onerror = ({ message }) => hear({ kind: "failed", reason: message }, mine);
        const request = {
          episodes,
          contract,
          recipe: chosenRecipe,
          seed,
          data,
        };
        worker.postMessage(request satisfies TrainRequest);
      } catch (error) {
        if (run === mine) end({ state: "failed", reason: reasonOf(error) });
      }
    },
    stop: () => end({ state: "idle" }),
    openFile: (name, bytes) => add(fromBytes(name.replace(/\.onnx$/, ""), bytes)),
    load: (name) => {
      const file = files.peek().find((each) => each.name === name);
      if (file === undefined || sent.has(name)) return;
      sent.add(name);
      link.send({ kind: "policy", name, bytes: file.bytes });
    },
  };
}

/** The start of a SHA-256 over all numbers, the command line's name for the same data. */
async function nameOf(episodes: readonly Episode[]): Promise<string> {
  const arrays = episodes.flatMap(({ actions, features }) => [actions, ...Object.values(features)]);
  const all = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    all.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return [...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
