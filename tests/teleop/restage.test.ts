/** Scenes made again from a recorded episode: bit for bit what happened, or refused. */
import { describe, expect, it } from "vitest";
import { objectById } from "../../core/index.js";
import { beginTake, type Episode } from "../../datasets/index.js";
import { TASKS, taskByName } from "../../sim/index.js";
import { ENDLESS, recordDemonstration, restage } from "../../teleop/index.js";

const LIFT = taskByName("lift");

/** A take whose commands came in float32, as a person's do: straight down at the target, fingers open. */
async function driven(seed: number, frames: number): Promise<Episode> {
  const environment = await LIFT.create();
  environment.reset(seed);
  const take = beginTake(environment, { seed, linger: 0 });
  const target = objectById(environment.scene(), environment.goal().target!)!;
  const [x, y] = target.pose.position;
  for (let frame = 0; frame < frames; frame++) {
    const observation = environment.observe();
    const command = Float32Array.of(x, y, 0.3 - 0.004 * frame, 0, 0.08);
    environment.step(command);
    take.add(observation, command, environment.outcome());
  }
  environment.free();
  return take.finish("lift it", "teleop:keyboard");
}

/** Where each robot of the house is drawn. */
const KINDS: Readonly<Record<string, string>> = {
  panda: "tabletop",
  "diff-drive": "room",
  "skid-steer": "course",
  "mobile-panda": "mobile",
  "two-pandas": "two-arm",
};

describe("a recorded episode", () => {
  it.each(TASKS.map((task) => [task.card.name, task] as const))(
    "of %s by its script is made again, with the scene of every frame",
    async (name, task) => {
      const seed = 4;
      const environment = await task.create();
      const maker = `scripted:${name}/human-like`;
      const episode = recordDemonstration(environment, task.demonstrator(seed), {
        ...{ seed, linger: task.linger, sentence: "so", maker },
      });
      environment.free();
      const again = await task.create({ horizon: ENDLESS });
      const { states, objects, kind } = restage(again, episode!, task.demonstrator(seed), "it");
      expect(states).toHaveLength(episode!.length);
      expect(kind).toBe(KINDS[task.card.robot]);
      expect(Object.keys(states[0]!.objects)).toEqual(objects.map(({ id }) => id));
      // the last frame's joints are where the last observation says, arm by arm
      const names = Object.keys(episode!.features).filter((feature) => feature.endsWith("joints.position"));
      const seen = names.flatMap((feature) => {
        const values = episode!.features[feature]!;
        return Array.from(values.slice(-values.length / episode!.length));
      });
      if (kind === "tabletop" || kind === "two-arm")
        expect(Array.from(states.at(-1)!.joints, (value) => Math.fround(value))).toEqual(seen);
      again.free();
    },
  );

  it("of a person is made again from its commands alone", async () => {
    const episode = await driven(21, 30);
    const again = await LIFT.create({ horizon: ENDLESS });
    expect(restage(again, episode, null, "it").states).toHaveLength(30);
    again.free();
  });

  it("of a goal that differs from its layout's in a second slot alone is made again with that goal", async () => {
    const sort = taskByName("sort");
    const environment = await sort.create();
    environment.reset(5);
    const own = environment.goal();
    const other = environment
      .scene()
      .objects.find(({ id, class: kind }) => kind === "cube" && !Object.values(own).includes(id))!;
    environment.bind({ ...own, "second-target": other.id });
    const take = beginTake(environment, { seed: 5, linger: 0 });
    for (let frame = 0; frame < 5; frame++) {
      const [observation, command] = [environment.observe(), Float32Array.from(environment.command())];
      environment.step(command);
      take.add(observation, command, environment.outcome());
    }
    environment.free();
    const again = await sort.create({ horizon: ENDLESS });
    expect(restage(again, take.finish("sort them", "teleop:keyboard"), null, "it").states).toHaveLength(5);
    again.free();
  });

  it("is refused when a command, the engine or the seed is not the one it was made with", async () => {
    const episode = await driven(21, 12);
    const again = await LIFT.create({ horizon: ENDLESS });
    const actions = episode.actions.slice();
    actions[2] = actions[2]! - 0.002;
    const with_ = (meta: Partial<Episode["meta"]>): Episode => ({
      ...episode,
      meta: { ...episode.meta, ...meta },
    });
    expect(() => restage(again, { ...episode, actions }, null, "episode 0")).toThrow(
      /episode 0: must come out of its seed and its commands again .*"frame":1/,
    );
    expect(() => restage(again, with_({ seed: 22 }), null, "it")).toThrow("again as it was recorded");
    expect(() => restage(again, with_({ seed: null }), null, "it")).toThrow("must have a seed");
    expect(() => restage(again, with_({ engine: { name: "rapier", version: "0.1.0" } }), null, "it")).toThrow(
      "must come from the engine",
    );
    expect(() => restage(again, episode, LIFT.demonstrator(21), "it")).toThrow(
      "must be commanded by its script",
    );
    again.free();
  });
});
