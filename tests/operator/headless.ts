/** The operator at the session itself, as fast as the machine can: the page's clock is one that is moved. */
import type { Environment } from "../../core/index.js";
import type { Episode, FileStore } from "../../datasets/index.js";
import { memoryStore, openDataset } from "../../datasets/index.js";
import { taskByName } from "../../sim/index.js";
import {
  type Body,
  createStudioSession,
  DESK_AZIMUTH,
  deviceByName,
  errandOf,
  type FromSimulation,
  INTENT_REPEAT,
  isStill,
  Operator,
  type OperatorDeeds,
  type OperatorStyle,
  type SceneMessage,
  type StatesMessage,
  sightOf,
  type TakeSummary,
  OPERATOR_TICK as TICK,
} from "../../teleop/index.js";

/** What an operator did in so much page time. */
export interface Shift {
  readonly style: string;
  readonly takes: readonly TakeSummary[];
  readonly deeds: OperatorDeeds;
  readonly store: FileStore;
}

export interface ShiftOptions {
  readonly task: string;
  /** of the person, and of the first layout */
  readonly person: number;
  readonly firstSeed: number;
  /** ends after so many seconds of page time, or so many kept takes */
  readonly seconds?: number;
  readonly takes?: number;
  readonly style?: OperatorStyle;
  /** takes up every key that was pressed */
  readonly heard?: Set<string>;
}

/** Lets an operator work. */
export async function work(options: ShiftOptions): Promise<Shift> {
  const {
    task,
    person,
    firstSeed,
    seconds = Number.POSITIVE_INFINITY,
    takes: most = Number.POSITIVE_INFINITY,
  } = options;
  const store = memoryStore();
  const takes: TakeSummary[] = [];
  let time = 1000;
  let scene: SceneMessage | null = null;
  let states: StatesMessage | null = null;
  let recorder: StatesMessage["recorder"] | null = null;
  let body: Body = "arm";
  let busy = false;
  const hear = (message: FromSimulation): void => {
    if (message.kind === "opened") body = message.body;
    if (message.kind === "scene") scene = message;
    if (message.kind === "states") [states, recorder] = [message, message.recorder];
    if (message.kind === "recorder") {
      recorder = message.recorder;
      busy = message.recorder.phase.name === "kept";
    }
    if (message.kind === "kept") takes.push(message.take);
    if (message.kind === "refused" || message.kind === "failed") throw new Error(message.reason);
  };
  const session = createStudioSession({
    now: () => time,
    post: hear,
    wake: () => {},
    createTask: async (name) => {
      const module = taskByName(name);
      const environment: Environment = await module.create({ horizon: 1e6 });
      return { environment, card: module.card };
    },
    openStore: async () => store,
    loadPolicy: () => Promise.reject(new Error("nobody drives but the operator")),
  });
  session.handle({
    kind: "open",
    task,
    firstSeed,
    store: { kind: "browser", set: task },
    maker: "operator-model",
  });
  await session.settled();

  const operator = new Operator(() => errandOf(scene!), person, options.style);
  let keyboard = deviceByName("keyboard")
    .begin(body)
    .take({ kind: "view", azimuth: DESK_AZIMUTH }, time).device;
  let said = 0;
  let shift = false;
  const say = (): void => {
    said = time;
    session.handle({ kind: "intent", device: "keyboard", at: time, intent: keyboard.intent(time) });
  };
  const end = time + seconds;
  while (time < end && takes.length < most) {
    if (busy) await session.settled();
    session.advance();
    if (scene !== null && states !== null && recorder !== null)
      operator.eyes.show(sightOf(time, scene, states, recorder));
    const events = operator.tick(time);
    for (const { code, down } of events) {
      options.heard?.add(code);
      if (code === "ShiftLeft") shift = down;
      const input = { kind: "key", code, down, repeat: false, shift, modified: false } as const;
      const taken = keyboard.take(input, time);
      keyboard = taken.device;
      for (const action of taken.actions) session.handle({ kind: "action", at: time, action });
    }
    if (events.length > 0 || (!isStill(keyboard.intent(time)) && time - said >= INTENT_REPEAT)) say();
    time += TICK;
  }
  session.handle({ kind: "close" });
  await session.settled();
  return { style: operator.style.name, takes, deeds: operator.deeds, store };
}

/** The takes of a shift as episodes. */
export async function episodesOf({ store }: Shift): Promise<Episode[]> {
  const reader = await openDataset(store);
  const episodes: Episode[] = [];
  for await (const episode of reader.episodes()) episodes.push(episode);
  return episodes;
}
