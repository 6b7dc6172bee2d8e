/**
 * A small world that obeys `SkillRunner`: a table, cubes, bins and a hand, without dynamics. Skills take their
 * time and then do what they promise, unless a disturbance came between. Seen like through a detector: 10 Hz,
 * 2 mm of noise.
 */
import {
  createRandom,
  type Facts,
  objectById,
  type SceneObject,
  type SimulatedClock,
  simulatedClock,
  type Vec3,
} from "../../../core/index.js";
import type { PlanStep, SkillRunner, StepResult } from "../../../robot/index.js";

interface State {
  objects: SceneObject[];
  tool: Vec3;
  width: number;
  /** id of the cube in the hand */
  held: string | null;
  base: { position: Vec3; speed: number } | null;
}

/** What may go wrong: called at each tick of a running step. Returning true ends the step without effect. */
export type Disturbance = (
  world: FakeWorld,
  step: PlanStep,
  /** how many steps were started before, and s since this one began */
  at: { readonly started: number; readonly seconds: number },
) => boolean;

export interface FakeWorld {
  readonly clock: SimulatedClock;
  readonly runner: SkillRunner;
  readonly state: State;
  /** nothing is seen while true */
  blind: boolean;
  moveTo(id: string, position: Vec3): void;
  remove(id: string): void;
  /** Lets time pass until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T>;
}

const PERIOD = 0.05;
/** s a skill needs */
const DURATION: Readonly<Record<string, number>> = { navigate: 6, "return-to-start": 1, "put-down": 1.5 };

/** A world that begins as these facts say. */
export function fakeWorld(facts: Facts, disturb: Disturbance = () => false): FakeWorld {
  const clock = simulatedClock();
  const random = createRandom("fake world");
  let started = 0;
  let seen: Facts | null = null;
  const state: State = {
    objects: [...facts.scene.objects],
    tool: facts.tool?.pose.position ?? [0, 0, 0],
    width: facts.tool?.gripperWidth ?? 0,
    held: null,
    base: facts.base === null ? null : { position: facts.base.pose.position, speed: 0 },
  };

  const look = (): Facts | null => {
    if (world.blind) return null;
    const time = Math.floor(clock.now() * 10 + 1e-6) / 10 + 0.1;
    if (seen?.scene.time === time) return seen;
    const noisy = (v: Vec3): Vec3 => [
      v[0] + 0.002 * random.normal(),
      v[1] + 0.002 * random.normal(),
      v[2] + 0.002 * random.normal(),
    ];
    seen = {
      scene: {
        ...facts.scene,
        time,
        objects: state.objects.map((object) => ({
          ...object,
          pose: { ...object.pose, position: noisy(object.pose.position) },
        })),
      },
      tool:
        facts.tool === null
          ? null
          : { pose: { ...facts.tool.pose, position: state.tool }, gripperWidth: state.width },
      base:
        facts.base === null || state.base === null
          ? null
          : { pose: { ...facts.base.pose, position: state.base.position }, speed: state.base.speed },
    };
    return seen;
  };

  const finish = ({ skill, binding }: PlanStep): void => {
    const target = binding.target ?? "";
    switch (skill.name) {
      case "lift":
        state.held = target;
        state.width = 0.04;
        state.tool = [0.5, 0, 0.2];
        world.moveTo(target, [0.5, 0, 0.2]);
        break;
      case "pick-place": {
        const [x, y] = objectById({ ...facts.scene, objects: state.objects }, binding.place!)!.pose.position;
        release();
        state.tool = [x, y, 0.25];
        world.moveTo(target, [x, y, 0.02]);
        break;
      }
      case "put-down":
        world.moveTo(target, [state.tool[0], state.tool[1], 0.02]);
        release();
        state.tool = [state.tool[0], state.tool[1], 0.25];
        break;
      case "return-to-start":
        release();
        state.tool = [0.5, 0, 0.25];
        break;
      case "navigate":
        state.base = {
          position: objectById(facts.scene, binding.place!)!.pose.position,
          speed: 0,
        };
        break;
      default:
        throw new Error(`internal: no such skill in this world: ${skill.name}`);
    }
  };
  const release = (): void => {
    state.held = null;
    state.width = 0.08;
  };

  const run: SkillRunner["run"] = async (step, { signal, watch }): Promise<StepResult> => {
    const at = started++;
    const began = clock.now();
    let [through, effect] = [false, true];
    while (!signal.aborted && watch().state === "running") {
      const seconds = clock.now() - began;
      if (!through && disturb(world, step, { started: at, seconds })) [through, effect] = [true, false];
      if (!through && seconds >= (DURATION[step.skill.name] ?? 4)) {
        through = true;
        if (effect) finish(step);
      }
      // A primitive ends by itself; a policy goes on until someone sees that it has done its work.
      if (through && step.skill.by.kind === "primitive") break;
      await clock.sleep(PERIOD, signal).catch(() => {});
    }
    return { state: "finished" };
  };

  const world: FakeWorld = {
    clock,
    runner: { facts: look, run },
    state,
    blind: false,
    moveTo: (id, position) => {
      state.objects = state.objects.map((object) =>
        object.id === id ? { ...object, pose: { ...object.pose, position } } : object,
      );
    },
    remove: (id) => {
      state.objects = state.objects.filter((object) => object.id !== id);
    },
    until: async (promise) => {
      let settled = false;
      const done = promise.finally(() => {
        settled = true;
      });
      while (!settled) {
        await clock.advance(PERIOD);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return done;
    },
  };
  return world;
}
