/**
 * The operator at the real page, in a browser, in real time: it hears the very messages that the page draws, as late
 * as a person sees, and presses the keys of the browser. Nothing of the page knows of it, except that its takes are
 * called by its name.
 */
import type { BrowserContext, Page } from "playwright-core";
import {
  errandOf,
  OPERATOR_TICK,
  Operator,
  type OperatorDeeds,
  type OperatorStyle,
  type SceneMessage,
  type StatesMessage,
  sightOf,
  type TakeSummary,
} from "../../teleop/index.js";

/** What the page's thread says, as far as it is listened to. */
type Heard =
  | { readonly kind: "scene"; readonly scene: SceneMessage }
  | { readonly kind: "states"; readonly states: Omit<StatesMessage, "data"> & { readonly data: number[] } }
  | { readonly kind: "recorder"; readonly at: number; readonly recorder: StatesMessage["recorder"] }
  | { readonly kind: "kept"; readonly take: TakeSummary };

/** Everything heard on the line between a page and its thread. */
export interface Ears {
  scene: SceneMessage | null;
  states: StatesMessage | null;
  recorder: StatesMessage["recorder"] | null;
  readonly takes: TakeSummary[];
  /** ms between a key and the first step that heard it, one a step with input */
  readonly input: number[];
  /** ms from keeping a take until the next layout was ready for it */
  readonly next: number[];
  /** steps that came more than a period late, and all of them */
  late: number;
  steps: number;
  /** ms after a step was due until it was done, one a step */
  readonly lateness: number[];
}

/** Listens to every page of a context that is opened from now on; its takes are called `operator-model`. */
export async function listen(context: BrowserContext): Promise<Ears> {
  const ears: Ears = {
    scene: null,
    states: null,
    recorder: null,
    takes: [],
    input: [],
    next: [],
    late: 0,
    steps: 0,
    lateness: [],
  };
  let keptAt: number | null = null;
  await context.exposeFunction("operatorHears", (text: string) => {
    const heard = JSON.parse(text) as Heard;
    switch (heard.kind) {
      case "scene":
        ears.scene = heard.scene;
        return;
      case "states": {
        const { states } = heard;
        ears.states = { ...states, data: Float32Array.from(states.data) };
        ears.recorder = states.recorder;
        ears.steps++;
        if (states.timings.late > 50) ears.late++;
        ears.lateness.push(states.timings.late + states.timings.step);
        if (states.timings.input !== null) ears.input.push(states.timings.input);
        return;
      }
      case "recorder":
        ears.recorder = heard.recorder;
        if (heard.recorder.phase.name === "kept") keptAt = heard.at;
        if (heard.recorder.phase.name === "ready" && keptAt !== null) {
          ears.next.push(1000 * (heard.at - keptAt));
          keptAt = null;
        }
        return;
      case "kept":
        ears.takes.push(heard.take);
        return;
    }
  });
  await context.addInitScript(() => {
    const say = (heard: unknown): void => {
      (globalThis as unknown as { operatorHears(text: string): void }).operatorHears(JSON.stringify(heard));
    };
    const Plain = Worker;
    globalThis.Worker = class extends Plain {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener("message", ({ data }) => {
          if (data?.kind === "scene") say({ kind: "scene", scene: data });
          if (data?.kind === "states") say({ kind: "states", states: { ...data, data: [...data.data] } });
          if (data?.kind === "recorder") say({ kind: "recorder", at: data.at, recorder: data.recorder });
          if (data?.kind === "kept") say({ kind: "kept", take: data.take });
        });
      }
      override postMessage(message: unknown, transfer?: Transferable[] | StructuredSerializeOptions): void {
        const opening = (message as { kind?: string } | null)?.kind === "open";
        const sent = opening ? { ...(message as object), maker: "operator-model" } : message;
        super.postMessage(sent, transfer as Transferable[]);
      }
    };
  });
  return ears;
}

const now = (): number => (performance.timeOrigin + performance.now()) / 1000;

/** How long an operator works. */
export interface Work {
  readonly person: number;
  /** takes to keep, and seconds after which it stops in any case */
  readonly takes: number;
  readonly seconds: number;
  readonly signal?: AbortSignal;
  /** told of every take that was kept, with the keys that were pressed for it */
  readonly onTake?: (take: TakeSummary, presses: number) => void;
}

/** What an operator did. */
export interface Worked {
  readonly style: OperatorStyle["name"];
  readonly deeds: OperatorDeeds;
}

/** Lets an operator work at an open page with the focus on its stage. */
export async function workAt(
  page: Page,
  ears: Ears,
  { person, takes, seconds, signal, onTake }: Work,
): Promise<Worked> {
  const operator = new Operator(() => errandOf(ears.scene!), person);
  let keys: Promise<unknown> = Promise.resolve();
  const end = now() + seconds;
  let tick = now();
  let [told, counted] = [ears.takes.length, 0];
  while (now() < end && ears.takes.length < takes && signal?.aborted !== true) {
    for (; tick <= now(); tick += OPERATOR_TICK) {
      const { scene, states, recorder } = ears;
      if (scene === null || states === null || recorder === null) continue;
      operator.eyes.show(sightOf(tick, scene, states, recorder));
      for (const { code, down } of operator.tick(tick))
        keys = keys.then(() => (down ? page.keyboard.down(code) : page.keyboard.up(code)));
    }
    await keys;
    await new Promise((resolve) => setTimeout(resolve, 3));
    for (; told < ears.takes.length; told++) {
      onTake?.(ears.takes[told]!, operator.deeds.presses - counted);
      counted = operator.deeds.presses;
    }
  }
  return { style: operator.style.name, deeds: operator.deeds };
}
