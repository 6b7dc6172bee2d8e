import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CommandChunk,
  DIFF_DRIVE,
  diffDriveContract,
  PANDA,
  PANDA_WORKSPACE,
  pandaContract,
  TWO_PANDAS,
  tableGoals,
  teamContract,
} from "../../core/index.js";
import {
  createSafetyGate,
  decide,
  limitJointStep,
  type SafetyState,
  safeShare,
  safetyLimits,
} from "../../robot/index.js";

const arm = pandaContract("lift", tableGoals(["target"]), null);
const base = diffDriveContract("navigate", null);
const armLimits = safetyLimits(arm);
const baseLimits = safetyLimits(base);
const HOME = [0.5, 0, 0.2, 0, 0.08];
const ready: SafetyState = { stopped: null, linkUp: true, observationAge: 0.01, commanded: HOME };
const chunk = (rows: readonly (readonly number[])[], period = 0.05): CommandChunk => ({
  commands: Float32Array.from(rows.flat()),
  rows: rows.length,
  period,
});

describe("the safety decision", () => {
  it("lets an ordinary command through as it is", () => {
    const verdict = decide(chunk([[0.51, 0, 0.21, 0.1, 0.08]]), ready, armLimits);
    expect(verdict).toMatchObject({ kind: "command", rows: 1, limited: [] });
    if (verdict.kind !== "command") return;
    expect(Array.from(verdict.commands)).toEqual(
      Array.from(Float32Array.from([0.51, 0, 0.21, 0.1, 0.08])).map((value, i) =>
        i === 4 ? expect.closeTo(0.08, 6) : value,
      ),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses a chunk whole when one number of one row is %s",
    (poison) => {
      const verdict = decide(chunk([HOME, [0.5, 0, poison, 0, 0.08], HOME]), ready, armLimits);
      expect(verdict).toMatchObject({ kind: "hold", rule: "non-finite" });
    },
  );

  it("holds when the observation is too old, missing, or of unknown age", () => {
    const rule = (state: Partial<SafetyState>) => decide(chunk([HOME]), { ...ready, ...state }, armLimits);
    expect(rule({ observationAge: 0.26 })).toMatchObject({ kind: "hold", rule: "stale-observation" });
    expect(rule({ observationAge: Number.NaN })).toMatchObject({ kind: "hold", rule: "stale-observation" });
    expect(rule({ observationAge: null })).toMatchObject({ kind: "hold", rule: "no-observation" });
    expect(rule({ commanded: null })).toMatchObject({ kind: "hold", rule: "no-observation" });
    expect(rule({ observationAge: 0.24 })).toMatchObject({ kind: "command" });
  });

  it("holds when the link is down, stays stopped when stopped", () => {
    expect(decide(chunk([HOME]), { ...ready, linkUp: false }, armLimits)).toMatchObject({
      kind: "hold",
      rule: "link",
    });
    expect(
      decide(chunk([HOME]), { ...ready, linkUp: false, stopped: "a person pressed stop" }, armLimits),
    ).toEqual({ kind: "stop", rule: "stopped", detail: "a person pressed stop" });
  });

  it("holds on a chunk that is not rows of commands with a period", () => {
    const good = chunk([HOME]);
    for (const bad of [
      { ...good, rows: 2 },
      { ...good, rows: 0 },
      { ...good, rows: 0.2 },
      { ...good, period: 0 },
      { ...good, period: Number.NaN },
      chunk(Array.from({ length: 257 }, () => HOME)),
    ])
      expect(decide(bad, ready, armLimits)).toMatchObject({ kind: "hold", rule: "malformed" });
  });

  it("cuts off what would move without a new command for longer than the watchdog", () => {
    const rows = Array.from({ length: 40 }, () => HOME);
    expect(decide(chunk(rows), ready, armLimits)).toMatchObject({ kind: "command", rows: 10 });
    expect(decide(chunk(rows, 2), ready, armLimits)).toMatchObject({ kind: "command", rows: 1 });
  });

  it("keeps the tool inside its workspace and below its speed, and says which feature", () => {
    const verdict = decide(chunk([[0.5, 0, -0.4, 0, 0.08]]), ready, armLimits);
    expect(verdict).toMatchObject({ kind: "command" });
    if (verdict.kind !== "command") return;
    expect(verdict.commands[2]).toBeCloseTo(0.2 - 0.8 * 0.05, 9);
    expect(verdict.limited.map(({ rule }) => rule)).toEqual(["limit", "rate"]);
    expect(verdict.limited[0]?.detail).toContain("action.ee.position");
  });

  it("holds every one of several arms to the pace of an arm, and refuses all for a number of one", () => {
    const team = teamContract(TWO_PANDAS, "two-arm-lift", tableGoals(["target"], {}, "table"), null);
    const at = [0.5, 0.2, 0.3, 0, 0.08, 0.5, -0.2, 0.3, Math.PI, 0.08];
    const state = { ...ready, commanded: at };
    const far = at.map((value, i) => value + (i === 2 ? -0.2 : i === 5 ? 0.1 : 0));
    const verdict = decide(chunk([far]), state, safetyLimits(team));
    expect(verdict.kind === "command" && verdict.commands[2]).toBeCloseTo(0.3 - 0.8 * 0.05, 6);
    expect(verdict.kind === "command" && verdict.commands[5]).toBeCloseTo(0.5 + 0.8 * 0.05, 6);
    const poisoned = at.map((value, i) => (i === 8 ? Number.NaN : value));
    expect(decide(chunk([poisoned]), state, safetyLimits(team))).toMatchObject({
      kind: "hold",
      rule: "non-finite",
    });
  });

  it("is ten times slower at a speed scale of 0.1", () => {
    const verdict = decide(chunk([[0.75, 0, 0.2, 0, 0.08]]), ready, safetyLimits(arm, 0.1));
    expect(verdict.kind === "command" && verdict.commands[0]).toBeCloseTo(0.5 + 0.004, 9);
  });

  it("never lets anything beyond the limits out, whatever comes in", () => {
    const number = fc.oneof(
      fc.double(),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -0),
    );
    const w = PANDA_WORKSPACE;
    const inside = fc.tuple(
      ...[0, 1, 2].map((i) => fc.double({ min: w.low[i]!, max: w.high[i]!, noNaN: true })),
      fc.double({ min: -w.yaw, max: w.yaw, noNaN: true }),
      fc.double({ min: 0, max: 0.08, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, number, number, number), { minLength: 1, maxLength: 12 }),
        inside,
        fc.oneof(fc.constant(0.05), number),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (rows, start, period, scale) => {
          const limits = safetyLimits(arm, scale);
          const verdict = decide(chunk(rows, period), { ...ready, commanded: start }, limits);
          if (verdict.kind !== "command") return;
          expect(rows.flat().map(Math.fround).every(Number.isFinite)).toBe(true);
          let previous: ArrayLike<number> = start;
          for (let row = 0; row < verdict.rows; row++) {
            const now = verdict.commands.subarray(row * 5, row * 5 + 5);
            for (const { offset, low, high, rate } of limits.features) {
              let squares = 0;
              for (let i = 0; i < low.length; i++) {
                const value = now[offset + i]!;
                expect(value >= low[i]! - 1e-12 && value <= high[i]! + 1e-12).toBe(true);
                squares += (value - previous[offset + i]!) ** 2;
              }
              if (rate !== null) expect(Math.sqrt(squares)).toBeLessThanOrEqual(rate * scale * period + 1e-9);
            }
            previous = now;
          }
        },
      ),
      { numRuns: 500, seed: 210001 },
    );
  });

  it("from outside the workspace only lets the tool come back, at its speed", () => {
    const verdict = decide(
      chunk([HOME, HOME, HOME]),
      { ...ready, commanded: [0.5, 0, 0.9, 0, 0.08] },
      armLimits,
    );
    expect(verdict.kind === "command" && [2, 7, 12].map((i) => verdict.commands[i])).toEqual([
      expect.closeTo(0.86, 6),
      expect.closeTo(0.82, 6),
      expect.closeTo(0.78, 6),
    ]);
  });

  it("limits a base to the velocities of its contract", () => {
    const verdict = decide(chunk([[9, -9]], 0.1), { ...ready, commanded: [0, 0] }, baseLimits);
    expect(verdict.kind === "command" && Array.from(verdict.commands)).toEqual([0.5, -1.5]);
  });
});

describe("the gate", () => {
  it("latches a stop until it is released, and keeps the first reason", () => {
    const gate = createSafetyGate(arm);
    const events: string[] = [];
    gate.on((event) => events.push(event.kind));
    expect(gate.stop("pressed")).toBe(true);
    expect(gate.stop("again")).toBe(false);
    expect(gate.judge(chunk([HOME]), ready)).toMatchObject({ kind: "stop", detail: "pressed" });
    expect(gate.release()).toBe(true);
    expect(gate.judge(chunk([HOME]), ready)).toMatchObject({ kind: "command" });
    expect(events).toEqual(["stopped", "released"]);
  });

  it("tells of a lasting limit once, not at every tick", () => {
    const gate = createSafetyGate(arm);
    const events: string[] = [];
    gate.on((event) => events.push(event.kind));
    for (let tick = 0; tick < 5; tick++) gate.judge(chunk([[0.5, 0, -0.4, 0, 0.08]]), ready);
    expect(events).toEqual(["limited", "limited"]);
  });
});

describe("joint steps", () => {
  const joints = PANDA.joints.filter((joint) => joint.type === "revolute").map((joint) => joint.limits);
  const limits = {
    lower: joints.map((joint) => joint.lower),
    upper: joints.map((joint) => joint.upper),
    velocity: joints.map((joint) => joint.velocity),
  };

  it("stay within position and velocity limits for any target", () => {
    const from = fc.tuple(
      ...joints.map((joint) => fc.double({ min: joint.lower, max: joint.upper, noNaN: true })),
    );
    const to = fc.array(fc.double(), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(from, to, (start, target) => {
        const { q, share } = limitJointStep(start, target, 0.05, limits);
        expect(share).toBeGreaterThanOrEqual(0);
        q.forEach((value, i) => {
          expect(value >= limits.lower[i]! - 1e-12 && value <= limits.upper[i]! + 1e-12).toBe(true);
          expect(Math.abs(value - start[i]!)).toBeLessThanOrEqual(limits.velocity[i]! * 0.05 + 1e-9);
        });
      }),
      { numRuns: 500, seed: 210002 },
    );
  });

  it("keep their direction when shortened", () => {
    const start = [0, 0, 0, -1.5, 0, 1.5, 0];
    const { q, share } = limitJointStep(start, [0.4, 0.1, 0, -1.5, 0, 1.5, 0], 0.05, limits);
    expect(share).toBeCloseTo((2.175 * 0.05) / 0.4, 9);
    expect(q[1]! / q[0]!).toBeCloseTo(0.25, 9);
  });
});

describe("the scan guard", () => {
  const guard = { radius: DIFF_DRIVE.radius, margin: 0.03, deceleration: 1, reaction: 0.15 };
  const clear = (): number[] => Array.from({ length: 36 }, () => Number.POSITIVE_INFINITY);
  const withReturn = (beam: number, range: number): number[] =>
    clear().map((r, i) => (i === beam ? range : r));

  it("lets the base drive where nothing is near", () => {
    expect(safeShare(0.5, 0, clear(), guard)).toBe(1);
    expect(safeShare(0.5, 0, withReturn(0, 0.22 + 0.03 + 0.5 * 0.15 + 0.125 + 0.01), guard)).toBe(1);
  });

  it("slows the base so that it can brake before what lies ahead", () => {
    for (const range of [0.3, 0.35, 0.4, 0.44]) {
      const speed = 0.5 * safeShare(0.5, 0, withReturn(0, range), guard);
      expect(speed * 0.15 + speed ** 2 / 2).toBeLessThanOrEqual(range - 0.25 + 0.001 + 0.02 * 0.2);
      expect(speed).toBeGreaterThan(0.05);
    }
  });

  it("stops it at the margin, but lets it turn, back away and slide past", () => {
    const ahead = withReturn(0, 0.25);
    expect(safeShare(0.5, 0, ahead, guard)).toBe(0);
    expect(safeShare(0, 1.5, ahead, guard)).toBe(1);
    expect(safeShare(-0.2, 0, ahead, guard)).toBe(1);
    expect(safeShare(0.5, 0, withReturn(9, 0.24), guard)).toBe(1);
    expect(safeShare(0.5, 0, withReturn(18, 0.24), guard)).toBe(1);
  });

  it("looks along the arc that is driven", () => {
    const left = withReturn(5, 0.34);
    expect(safeShare(0.4, 0, left, guard)).toBe(1);
    expect(safeShare(0.4, 1.5, left, guard)).toBeLessThan(1);
    expect(safeShare(0.4, -1.5, left, guard)).toBe(1);
  });

  it("does not drive into what it does not know", () => {
    expect(safeShare(0.5, 0, withReturn(0, Number.NaN), guard)).toBe(0);
  });

  it("never lets a braking base touch a point it saw, for any speeds and points", () => {
    const scan = fc.array(
      fc.oneof(fc.double({ min: 0.25, max: 1.2, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)),
      { minLength: 36, maxLength: 36 },
    );
    fc.assert(
      fc.property(
        scan,
        fc.double({ min: -0.2, max: 0.5, noNaN: true }),
        fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        (ranges, linear, angular) => {
          const share = safeShare(linear, angular, ranges, guard);
          expect(share >= 0 && share <= 1).toBe(true);
          // Reference: integrate the same arc in small steps until the base has braked.
          let [x, y, yaw, v] = [0, 0, 0, linear * share];
          if (Math.abs(v) < 1e-3) return;
          const curvature = angular / v;
          const dt = 0.002;
          for (let t = 0; v !== 0; t += dt) {
            if (t > guard.reaction) v = Math.sign(v) * Math.max(0, Math.abs(v) - guard.deceleration * dt);
            x += v * Math.cos(yaw) * dt;
            y += v * Math.sin(yaw) * dt;
            yaw += curvature * v * dt;
            for (const [beam, range] of ranges.entries()) {
              const angle = (2 * Math.PI * beam) / 36;
              const distance = Math.hypot(range * Math.cos(angle) - x, range * Math.sin(angle) - y);
              if (range < 2) expect(distance).toBeGreaterThan(guard.radius + 0.01);
            }
          }
        },
      ),
      { numRuns: 150, seed: 210003 },
    );
  });
});
