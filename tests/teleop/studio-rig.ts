/**
 * The studio's session on a clock that a test moves: real environments, a store in memory, a keyboard. What the page
 * would be told is kept.
 */
import { armOption, type Policy } from "../../core/index.js";
import { type FileStore, memoryStore } from "../../datasets/index.js";
import { taskByName } from "../../sim/index.js";
import {
  type Action,
  createStudioSession,
  deviceByName,
  type FromSimulation,
  type Held,
  INTENT_REPEAT,
  isStill,
  jointLeadOf,
  type StatesMessage,
  type StudioSession,
  type ToSimulation,
} from "../../teleop/index.js";

export interface Studio {
  readonly session: StudioSession;
  readonly messages: FromSimulation[];
  readonly store: FileStore;
  now(): number;
  send(message: ToSimulation): void;
  act(action: Action): void;
  key(code: string, down: boolean, shift?: boolean): void;
  /** presses and lets go */
  tap(code: string, seconds?: number): void;
  /** moves time on, as a worker's timers and a page's repeats would */
  run(seconds: number): void;
  /** time goes on, and the machine does nothing */
  away(seconds: number): void;
  /** opening, storing and loading come to their end, then time goes on a moment */
  settle(): Promise<void>;
  last(): StatesMessage;
  of<K extends FromSimulation["kind"]>(kind: K): Extract<FromSimulation, { kind: K }>[];
  phase(): string;
}

export interface StudioOptions {
  readonly task: string;
  readonly robot?: string;
  readonly seed?: number;
  readonly store?: FileStore;
  readonly policies?: Readonly<Record<string, Policy>>;
  readonly maker?: string;
  /** seconds that a layout takes to be set out, in which time goes on; default none */
  readonly setOutTakes?: number;
  readonly onMessage?: (message: FromSimulation) => void;
}

/** seconds that time moves at once */
const GRAIN = 0.005;

export async function openStudio(options: StudioOptions): Promise<Studio> {
  const { task, seed = 0, store = memoryStore(), policies = {} } = options;
  const messages: FromSimulation[] = [];
  let time = 1000;
  const session = createStudioSession({
    now: () => time,
    post: (message) => {
      messages.push(message);
      options.onMessage?.(message);
    },
    wake: () => {},
    createTask: async (name, robot = "") => {
      const module = taskByName(name);
      const environment = await module.create({ horizon: 1e6, ...armOption(robot) });
      const { reset } = environment;
      environment.reset = (seed) => {
        time += options.setOutTakes ?? 0;
        reset(seed);
      };
      return { environment, card: module.card };
    },
    openStore: async () => store,
    loadPolicy: async (bytes) => policies[new TextDecoder().decode(bytes)]!,
  });
  let keyboard: Held = deviceByName("keyboard").begin("arm");
  let repeated = 0;
  const speak = (): void => {
    repeated = time;
    session.handle({ kind: "intent", device: "keyboard", at: time, intent: keyboard.intent(time) });
  };
  const studio: Studio = {
    session,
    messages,
    store,
    now: () => time,
    send: (message) => session.handle(message),
    act: (action) => session.handle({ kind: "action", at: time, action }),
    key: (code, down, shift = false) => {
      const input = { kind: "key", code, down, shift, repeat: false, modified: false } as const;
      const taken = keyboard.take(input, time);
      keyboard = taken.device;
      for (const action of taken.actions) studio.act(action);
      speak();
    },
    tap: (code, seconds = 0.06) => {
      studio.key(code, true);
      studio.run(seconds);
      studio.key(code, false);
    },
    run: (seconds) => {
      const end = time + seconds;
      for (;;) {
        const due = session.advance();
        if (time >= end - 1e-9) return;
        if (!isStill(keyboard.intent(time)) && time - repeated >= INTENT_REPEAT) speak();
        time = Math.min(end, Math.max(time + 1e-4, Math.min(due, time + GRAIN)));
      }
    },
    away: (seconds) => {
      time += seconds;
    },
    settle: async () => {
      await session.settled();
      await new Promise((resolve) => setImmediate(resolve));
      studio.run(0.001);
    },
    last: () => studio.of("states").at(-1)!,
    of: (kind) =>
      messages.filter((message) => message.kind === kind) as Extract<FromSimulation, { kind: typeof kind }>[],
    phase: () => session.recorder?.phase.name ?? "closed",
  };
  session.handle({
    kind: "open",
    task,
    ...(options.robot === undefined ? {} : { robot: options.robot }),
    firstSeed: seed,
    store: { kind: "browser", set: task },
    ...(options.maker === undefined ? {} : { maker: options.maker }),
  });
  await studio.settle();
  const opened = studio.of("opened")[0];
  if (opened !== undefined)
    keyboard = deviceByName("keyboard").begin(
      opened.body === "base" ? "base" : "arm",
      jointLeadOf(opened.contract)?.names.length,
    );
  return studio;
}
