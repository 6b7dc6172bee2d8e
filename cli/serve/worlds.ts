/**
 * Environments of one task in one thread, stepped together and read as rows: what a thread of `apprentice serve`
 * holds. Vectors as in a LeRobot set: `observation.state`, `observation.environment_state`, see `groupsOf`. Not here:
 * threads, sockets, pictures.
 */
import {
  type Appearance,
  type Contract,
  type Demonstrator,
  drives,
  type Environment,
  type Facts,
  type FailureKind,
  type GoalBinding,
  impossible,
  refuse,
  type Scene,
  sizeOf,
  type TaskCard,
  totalSize,
} from "../../core/index.js";
import { groupsOf } from "../../datasets/index.js";
import { describeScene } from "../../robot/index.js";
import {
  type EnvironmentOptions,
  type RandomisationRanges,
  randomiseBy,
  taskByName,
} from "../../sim/index.js";
import { type ViewState, viewStateOf } from "../../sim/view/index.js";

/** How a new episode begins. */
export interface Beginning {
  readonly seed: number;
  /** other objects than the layout's own, by slot */
  readonly goal: GoalBinding | null;
}

/** What is asked of worlds; `world` counts from 0. */
export type Ask =
  | {
      readonly kind: "advance";
      /** for each world a new episode instead of a step, or null */
      readonly begin: readonly (Beginning | null)[];
      /** commands [worlds, A], finite; null: no world steps */
      readonly actions: Float64Array | null;
    }
  | { readonly kind: "expert" }
  | { readonly kind: "look"; readonly world: number }
  | { readonly kind: "views" }
  | { readonly kind: "save"; readonly world: number }
  | { readonly kind: "load"; readonly world: number; readonly bytes: Uint8Array };

/** All worlds after a step or a new episode. */
export interface Moment {
  readonly kind: "moment";
  /** by column name, [worlds, size] */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  readonly success: Uint8Array;
  /** the episode has ended, not by its clock */
  readonly terminated: Uint8Array;
  /** the time of the episode is over */
  readonly truncated: Uint8Array;
  /** seconds since the episode began */
  readonly time: Float64Array;
  readonly failures: readonly (FailureKind | null)[];
  readonly goals: readonly GoalBinding[];
}

/** What a picture of a world is drawn from. */
export interface Sight {
  readonly scene: Scene;
  readonly view: ViewState;
  readonly appearance: Appearance | null;
}

/** A scene in sentences, in both languages. */
export interface Words {
  readonly en: readonly string[];
  readonly zh: readonly string[];
}

export type Told =
  | Moment
  | { readonly kind: "actions"; readonly actions: Float64Array }
  | { readonly kind: "scene"; readonly scene: Scene; readonly words: Words; readonly hash: string }
  | { readonly kind: "sights"; readonly sights: readonly Sight[] }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

/** Environments that answer at once. */
export interface Worlds {
  readonly contract: Contract;
  readonly card: TaskCard;
  answer(ask: Ask): Told;
  free(): void;
}

/** What worlds are made of. */
export interface WorldsOptions {
  readonly task: string;
  readonly count: number;
  readonly options: EnvironmentOptions;
  /** draws a world for every episode; null: the task as it is */
  readonly ranges: RandomisationRanges | null;
}

/** Makes the environments, each at the beginning of episode 0. */
export async function createWorlds({ task, count, options, ranges }: WorldsOptions): Promise<Worlds> {
  const module = taskByName(task);
  const environments: Environment[] = [];
  for (let i = 0; i < count; i++)
    environments.push(
      await module.create(ranges === null ? options : { ...options, randomise: randomiseBy(ranges) }),
    );
  const [{ contract, card }] = environments as [Environment, ...Environment[]];
  const groups = groupsOf(contract).filter(({ name }) => name !== "action");
  const width = totalSize(contract.actions);
  const demonstrators: (Demonstrator | null)[] = environments.map(() => module.demonstrator(0));
  const at = (world: number): Environment =>
    environments[world] ?? refuse("serve", `a world must be one of ${count}`, world);

  const begin = (world: number, { seed, goal }: Beginning): void => {
    const environment = environments[world]!;
    environment.reset(seed);
    if (goal !== null) {
      const own = environment.goal();
      const strange = Object.keys(goal).find((slot) => !(slot in own));
      if (strange !== undefined) refuse("goal", `must bind ${Object.keys(own).join(" or ")}`, strange);
      environment.bind({ ...own, ...goal });
    }
    demonstrators[world] = module.demonstrator(seed);
  };

  const moment = (): Moment => {
    const vectors: Record<string, Float32Array> = {};
    for (const { name, size } of groups) vectors[name] = new Float32Array(count * size);
    const told: Moment = {
      kind: "moment",
      vectors,
      success: new Uint8Array(count),
      terminated: new Uint8Array(count),
      truncated: new Uint8Array(count),
      time: new Float64Array(count),
      failures: environments.map((environment) => {
        const outcome = environment.outcome();
        return outcome.state === "failure" ? outcome.kind : null;
      }),
      goals: environments.map((environment) => environment.goal()),
    };
    for (const [i, environment] of environments.entries()) {
      const { values } = environment.observe();
      for (const { name, size, features } of groups) {
        let offset = i * size;
        for (const feature of features) {
          vectors[name]!.set(values[feature.name]!, offset);
          offset += sizeOf(feature);
        }
      }
      const { state } = environment.outcome();
      told.time[i] = environment.time();
      told.success[i] = Number(state === "success");
      const late = state === "failure" && environment.time() >= card.horizon - 1e-9;
      told.truncated[i] = Number(late);
      told.terminated[i] = Number(state !== "running" && !late);
    }
    return told;
  };

  return {
    contract,
    card,
    answer: (ask) => {
      switch (ask.kind) {
        case "advance": {
          for (const [i, environment] of environments.entries()) {
            const beginning = ask.begin[i] ?? null;
            if (beginning !== null) begin(i, beginning);
            else if (ask.actions !== null) environment.step(ask.actions.subarray(i * width, (i + 1) * width));
          }
          return moment();
        }
        case "expert": {
          const actions = new Float64Array(count * width);
          for (const [i, environment] of environments.entries()) {
            const demonstrator =
              demonstrators[i] ?? refuse("expert", "the episode must have begun with a reset", i);
            actions.set(demonstrator.act(environment), i * width);
          }
          return { kind: "actions", actions };
        }
        case "look": {
          const environment = at(ask.world);
          const scene = environment.scene();
          const robot = environment.robotState?.();
          const { contract } = environment;
          const hands = robot?.hands ?? (robot === undefined || contract.gripper === null ? [] : [robot]);
          const [first = null, ...others] = hands.map(({ tool, gripperWidth }) => ({
            pose: tool,
            gripperWidth,
          }));
          const facts: Facts = {
            scene,
            tool: first,
            otherTools: others,
            base: robot === undefined || !drives(contract) ? null : { pose: robot.root, speed: 0 },
          };
          const words = { en: describeScene(facts, "en"), zh: describeScene(facts, "zh") };
          return { kind: "scene", scene, words, hash: environment.hash() };
        }
        case "views":
          return { kind: "sights", sights: environments.map(sightOf) };
        case "save":
          return { kind: "bytes", bytes: at(ask.world).snapshot() };
        case "load":
          at(ask.world).restore(ask.bytes);
          // A script does not know what it did before the state was taken.
          demonstrators[ask.world] = null;
          return moment();
        default:
          return impossible(ask);
      }
    },
    free: () => {
      for (const environment of environments) environment.free();
    },
  };
}

function sightOf(environment: Environment): Sight {
  const scene = environment.scene();
  const robot = environment.robotState?.();
  const view = viewStateOf(scene, {
    ...robot,
    ...(drives(environment.contract) && robot !== undefined ? { base: robot.root } : {}),
  });
  return { scene, view, appearance: environment.randomisation?.()?.appearance ?? null };
}
