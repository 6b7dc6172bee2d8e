/**
 * The session behind the page: physics, steering, recording and a policy, driven by messages and by time. A plain
 * object: whoever holds it calls `advance` when it is due, with whatever clock the ports have, so that the same code
 * runs in a worker of the page, in tests, and as fast as a machine can. Seconds on the shared clock.
 */
import { type Environment, messageOf, type Policy, type TaskCard } from "../../core/index.js";
import type { FileStore } from "../../datasets/index.js";
import { Desk } from "./desk.js";
import type { FromSimulation, StorePlace, ToSimulation } from "./protocol.js";
import type { RecorderState } from "./recorder.js";
import { bodyOf } from "./steering.js";
import { openTakeStore } from "./take-store.js";

/** What a session needs from where it runs. */
export interface SessionPorts {
  /** seconds on the clock shared with the page */
  now(): number;
  post(message: FromSimulation, transfer: ArrayBuffer[]): void;
  /** `advance` is due earlier than it last said */
  wake(): void;
  /** an environment that lets people take their time, and the task's own card */
  createTask(
    task: string,
    robot: string | undefined,
  ): Promise<{ readonly environment: Environment; readonly card: TaskCard }>;
  openStore(place: StorePlace): Promise<FileStore>;
  loadPolicy(bytes: Uint8Array): Promise<Policy>;
}

/** A session of the page; send it messages, and call `advance` when it says. */
export interface StudioSession {
  handle(message: ToSimulation): void;
  /** Does what is due. @returns when to call again, Infinity when only a message can change anything */
  advance(): number;
  /** the recorder, null before a task is opened */
  readonly recorder: RecorderState | null;
  /** Resolves when everything asked for so far has been done: opening, storing, loading. */
  settled(): Promise<void>;
}

/** A session that waits for `open`. */
export function createStudioSession(ports: SessionPorts): StudioSession {
  let desk: Desk | null = null;
  let queue: Promise<void> = Promise.resolve();
  const refused = (error: unknown): void => ports.post({ kind: "refused", reason: messageOf(error) }, []);
  /** Carries out what takes time, one after the other. */
  const later = (work: () => Promise<void>): void => {
    queue = queue.then(work).catch(refused).finally(ports.wake);
  };
  const policies = new Map<string, Policy>();

  const open = async (message: ToSimulation & { kind: "open" }): Promise<void> => {
    await desk?.close();
    desk = null;
    const begin = ports.now();
    const { environment, card } = await ports.createTask(message.task, message.robot);
    const loaded = ports.now();
    const takes = await storeOf(message, environment);
    const stored = ports.now();
    const { contract } = environment;
    const body = bodyOf(contract);
    ports.post(
      {
        kind: "opened",
        task: card,
        contract,
        body,
        takes: takes.length,
        milliseconds: { environment: 1000 * (loaded - begin), store: 1000 * (stored - loaded) },
      },
      [],
    );
    const seed = Math.max(message.firstSeed, takes.freshSeed);
    const { horizon } = card;
    desk = new Desk(
      { ports, later, policies },
      { environment, horizon, takes, seed, maker: message.maker ?? null },
    );
  };

  /** The set that takes go to; where there is none to be had, the environment goes too. */
  const storeOf = async ({ store }: ToSimulation & { kind: "open" }, environment: Environment) => {
    try {
      return await openTakeStore(store === null ? null : await ports.openStore(store), environment.contract);
    } catch (error) {
      environment.free();
      throw error;
    }
  };

  const now = (message: ToSimulation): void => {
    switch (message.kind) {
      case "open":
        later(() => open(message));
        return;
      case "close":
        later(async () => {
          await desk?.close();
          desk = null;
          for (const policy of policies.values()) await policy.free();
          policies.clear();
        });
        return;
      case "policy":
        later(async () => {
          const begin = ports.now();
          const policy = await ports.loadPolicy(message.bytes);
          await policies.get(message.name)?.free();
          policies.set(message.name, policy);
          const milliseconds = 1000 * (ports.now() - begin);
          ports.post({ kind: "policy-ready", name: message.name, milliseconds }, []);
        });
        return;
      default:
        // Before a task is open there is nothing to drive: a page may send early, nothing is lost by not hearing it.
        desk?.handle(message);
    }
  };

  return {
    handle: (message) => {
      try {
        now(message);
      } catch (error) {
        refused(error);
      }
      ports.wake();
    },
    advance: () => {
      if (desk === null) return Number.POSITIVE_INFINITY;
      try {
        return desk.advance();
      } catch (error) {
        // A fault in a step must not leave a robot that looks alive.
        ports.post({ kind: "failed", reason: messageOf(error) }, []);
        const lost = desk;
        later(() => lost.close());
        desk = null;
        return Number.POSITIVE_INFINITY;
      }
    },
    get recorder() {
      return desk?.state ?? null;
    },
    settled: () => queue,
  };
}
