import { describe, expect, it } from "vitest";
import { type Robot, type RobotEvent, simulatedClock } from "../../core/index.js";
import {
  claimLease,
  FREE_LEASE,
  holderOf,
  LEASE,
  releaseLease,
  renewLease,
  shareRobot,
} from "../../robot/index.js";

describe("a lease", () => {
  it("belongs to who claims it first, while it is renewed", () => {
    const first = claimLease(FREE_LEASE, "policy", 0)!;
    expect(claimLease(first, "teleop", 0.2)).toBeNull();
    const renewed = renewLease(first, "policy", 0.3)!;
    expect(holderOf(renewed, 0.6)).toBe("policy");
    expect(renewLease(renewed, "teleop", 0.6)).toBeNull();
  });

  it("lapses in silence; the next one gets it and the late holder does not renew it", () => {
    const first = claimLease(FREE_LEASE, "policy", 0)!;
    const later = LEASE.life + 0.01;
    expect(holderOf(first, later)).toBeNull();
    expect(renewLease(first, "policy", later)).toBeNull();
    const second = claimLease(first, "teleop", later)!;
    expect(second).toEqual({ holder: "teleop", since: later, renewed: later });
    expect(releaseLease(second, "policy")).toBe(second);
    expect(releaseLease(second, "teleop")).toBe(FREE_LEASE);
  });
});

describe("a shared robot", () => {
  const command = { commands: new Float32Array(2), rows: 1, period: 0.1 };
  function recorded(): { robot: Robot; calls: string[] } {
    const calls: string[] = [];
    const robot = {
      contract: null,
      command: () => {
        calls.push("command");
        return { accepted: true };
      },
      hold: (reason: string) => calls.push(`hold ${reason}`),
      stop: (reason: string) => calls.push(`stop ${reason}`),
      bind: () => calls.push("bind"),
      on: (_: (event: RobotEvent) => void) => () => {},
    };
    return { robot: robot as unknown as Robot, calls };
  }

  it("takes commands from the holder only, stops from anybody", async () => {
    const clock = simulatedClock();
    const { robot, calls } = recorded();
    const shared = shareRobot(robot, clock);
    const policy = shared.as("policy");
    const page = shared.as("page");
    expect(policy.command(command)).toEqual({ accepted: true });
    expect(page.command(command)).toEqual({ accepted: false, reason: expect.stringContaining("policy") });
    expect(() => page.bind({ target: "red_cube" })).toThrow(/only the holder/);
    page.stop("looks wrong");
    expect(calls).toEqual(["command", "stop looks wrong"]);
  });

  it("holds when the holder falls silent", async () => {
    const clock = simulatedClock();
    const { robot, calls } = recorded();
    const shared = shareRobot(robot, clock);
    const policy = shared.as("policy");
    for (let tick = 0; tick < 5; tick++) {
      policy.command(command);
      await clock.advance(0.1);
    }
    expect(shared.holder).toBe("policy");
    await clock.advance(0.5);
    expect(shared.holder).toBeNull();
    expect(calls.at(-1)).toBe("hold lease: policy has fallen silent");
  });

  it("goes to a person who takes it, with a hold in between", () => {
    const { robot, calls } = recorded();
    const shared = shareRobot(robot, simulatedClock());
    const policy = shared.as("policy");
    policy.command(command);
    const person = shared.take("person");
    expect(calls.at(-1)).toBe("hold lease: person takes command from policy");
    expect(policy.command(command).accepted).toBe(false);
    expect(policy.renew()).toBe(false);
    expect(person.command(command).accepted).toBe(true);
  });
});
