import { describe, expect, it } from "vitest";
import { realClock, simulatedClock, wilson } from "../../core/index.js";

describe("the simulated clock", () => {
  it("wakes sleepers in the order of their times, and those that fall asleep again", async () => {
    const clock = simulatedClock();
    const log: string[] = [];
    const ticker = async (name: string, period: number, times: number) => {
      for (let i = 0; i < times; i++) {
        await clock.sleep(period);
        log.push(`${name}@${clock.now().toFixed(1)}`);
      }
    };
    void ticker("a", 0.2, 3);
    void ticker("b", 0.3, 2);
    await clock.advance(1);
    expect(log).toEqual(["a@0.2", "b@0.3", "a@0.4", "b@0.6", "a@0.6"].sort(byTime));
    expect(clock.now()).toBe(1);
  });

  it("lets go of an aborted sleeper", async () => {
    for (const clock of [simulatedClock(), realClock()]) {
      const controller = new AbortController();
      const sleep = clock.sleep(60, controller.signal);
      controller.abort(new Error("stopped"));
      await expect(sleep).rejects.toThrow("stopped");
    }
  });
});

const byTime = (a: string, b: string): number =>
  Number(a.split("@")[1]) - Number(b.split("@")[1]) || (a < b ? 1 : -1);

describe("the Wilson interval", () => {
  it("gives the published values", () => {
    // Newcombe 1998, table I, method 3
    expect(wilson(81, 263).low).toBeCloseTo(0.2553, 4);
    expect(wilson(81, 263).high).toBeCloseTo(0.3662, 4);
    expect(wilson(15, 148).low).toBeCloseTo(0.0624, 4);
    expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
    expect(wilson(1, 29).low).toBeCloseTo(0.0061, 4);
  });
});
