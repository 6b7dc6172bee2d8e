/** What those who watch an environment see beside observations: ticks, the robot's exact state, what presses on it. */
import { describe, expect, it } from "vitest";
import { chainTo, PANDA, PANDA_TOOL, toolPose } from "../../core/index.js";
import { TASKS, taskByName } from "../../sim/index.js";

describe("watching an environment", () => {
  it.each(TASKS.map((task) => task.card.name))(
    "%s: every tick of a step is shown, and nothing depends on being watched",
    async (name) => {
      const [watched, alone] = await Promise.all([taskByName(name).create(), taskByName(name).create()]);
      watched.reset(7);
      alone.reset(7);
      const { physics, policy } = watched.contract.rates;
      let ticks = 0;
      for (let step = 0; step < 5; step++) {
        const command = watched.command();
        command[0]! += 0.01;
        watched.step(command, () => {
          ticks++;
          watched.robotState!();
          watched.contacts!();
        });
        alone.step(command);
      }
      expect(ticks).toBe((5 * physics!) / policy);
      expect(watched.hash()).toBe(alone.hash());
      watched.free();
      alone.free();
    },
  );

  it("the tool is where the joints put it", async () => {
    const environment = await taskByName("lift").create();
    environment.reset(3);
    const { tool, joints, jointNames, gripperWidth } = environment.robotState!();
    const chain = chainTo(PANDA, PANDA_TOOL);
    expect(jointNames).toEqual(chain.names);
    expect(tool.position.map((value, i) => value - toolPose(chain, joints).position[i]!)).toEqual([0, 0, 0]);
    expect(gripperWidth).toBeCloseTo(0.08, 2);
    environment.free();
  });

  it("a table presses on the gripper; a cube that is held does not", async () => {
    const task = taskByName("lift");
    const environment = await task.create({ horizon: 100 });
    environment.reset(5);
    const script = task.demonstrator(5);
    while (environment.outcome().state === "running") environment.step(script.act(environment));
    expect(environment.outcome().state).toBe("success");
    expect(environment.contacts!()).toEqual([]);
    environment.reset(6);
    for (let i = 0; i < 60; i++) {
      const command = environment.command();
      command[2]! -= 0.005;
      environment.step(command);
    }
    const [contact] = environment.contacts!();
    expect(contact?.part).toBe("gripper");
    expect(contact!.force![2]).toBeGreaterThan(5);
    expect(Math.abs(contact!.at[2])).toBeLessThan(0.005);
    expect(contact!.other).toBe("table");
    environment.free();
  });

  it("a person may take longer than the card's horizon", async () => {
    const environment = await taskByName("lift").create({ horizon: 1000 });
    environment.reset(1);
    for (let i = 0; i < 20 * 9; i++) environment.step(environment.command());
    expect(environment.outcome().state).toBe("running");
    environment.free();
  });
});
