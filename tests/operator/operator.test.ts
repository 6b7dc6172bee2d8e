/**
 * The model of a person at the keyboard, on the session itself: what it does is plausible, repeatable, and never
 * called a human's. How fast and how well it works over ten minutes: the long tier.
 */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/index.js";
import { clearance, drawRoom } from "../../sim/index.js";
import { Fingers } from "../../teleop/operator/keys.js";
import { Eyes, type Sight } from "../../teleop/operator/sight.js";
import { STYLES } from "../../teleop/operator/styles.js";
import { WaySeen } from "../../teleop/operator/way-seen.js";
import { episodesOf, work } from "./headless.js";

const LONG = 60_000;
/** What drives a base and stops it, what changes its speed, and what makes, keeps and mends takes. */
const BASE_KEYS = [
  ...["KeyW", "KeyS", "KeyA", "KeyD", "Space", "ShiftLeft", "Minus", "Equal"],
  ...["KeyR", "Enter", "Backspace", "Delete"],
];

describe("an operator", () => {
  it("shows lift so that the checker is content, in takes of a few seconds", { timeout: LONG }, async () => {
    const shift = await work({ task: "lift", person: 1, firstSeed: 500, takes: 4 });
    const episodes = await episodesOf(shift);
    expect(episodes).toHaveLength(4);
    for (const { meta, length } of episodes) {
      expect([meta.maker, meta.success]).toEqual(["operator-model", true]);
      expect(length / 20).toBeGreaterThan(3);
      expect(length / 20).toBeLessThan(40);
    }
    expect(new Set(episodes.map(({ meta }) => meta.seed)).size).toBe(4);
  });

  it("puts cubes into bins", { timeout: LONG }, async () => {
    const { takes } = await work({ task: "pick-place", person: 2, firstSeed: 500, takes: 2 });
    expect(takes.map(({ success }) => success)).toEqual([true, true]);
    for (const { events } of takes)
      expect(events.map(({ what }) => what)).toEqual(expect.arrayContaining(["grip", "release"]));
  });

  it("does the same again from the same seed, and another does otherwise", { timeout: LONG }, async () => {
    const commands = async (person: number): Promise<number[]> => {
      const shift = await work({ task: "lift", person, firstSeed: 7, takes: 1, style: STYLES[1]! });
      return [...(await episodesOf(shift))[0]!.actions];
    };
    const [first, again, other] = [await commands(1), await commands(1), await commands(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("stands still for a good part of the time, as people at keys do", { timeout: LONG }, async () => {
    const [episode] = await episodesOf(await work({ task: "lift", person: 3, firstSeed: 900, takes: 1 }));
    const { actions, length } = episode!;
    let still = 0;
    for (let t = 1; t < length; t++) {
      const [a, b] = [actions.subarray((t - 1) * 5, t * 5), actions.subarray(t * 5, t * 5 + 5)];
      if (b.every((value, i) => value === a[i])) still++;
    }
    expect(still / length).toBeGreaterThan(0.15);
    expect(still / length).toBeLessThan(0.7);
  });
});

describe("an operator of a base", () => {
  it("drives it to its places, by the keys of a base alone, and touches nothing", {
    timeout: LONG,
  }, async () => {
    const codes = new Set<string>();
    for (const person of [3, 4, 5]) {
      const shift = await work({ task: "navigate", person, firstSeed: 700, takes: 3, heard: codes });
      const episodes = await episodesOf(shift);
      expect(episodes).toHaveLength(3);
      for (const { meta, length, actions } of episodes) {
        expect([meta.maker, meta.success]).toEqual(["operator-model", true]);
        expect(length / 10).toBeLessThan(60);
        // Keys are on or off: of each speed there is a handful, scaled by Shift, and both ways.
        const turns = new Set(actions.filter((_, i) => i % 2 === 1).map(Math.abs));
        expect(turns.size).toBeLessThan(30);
      }
    }
    for (const code of codes) expect(BASE_KEYS).toContain(code);
    for (const code of ["KeyW", "KeyA", "KeyD"]) expect(codes).toContain(code);
  });

  it("overshoots where it turns, as who sees a base late does, and stands still now and then", {
    timeout: LONG,
  }, async () => {
    const shift = await work({ task: "navigate", person: 3, firstSeed: 900, takes: 4 });
    let [frames, still, mended] = [0, 0, 0];
    for (const { actions, length } of await episodesOf(shift)) {
      const turns = Array.from({ length }, (_, t) => Math.sign(actions[2 * t + 1]!)).filter((s) => s !== 0);
      mended += turns.filter((sign, i) => i > 0 && sign !== turns[i - 1]).length;
      for (let t = 0; t < length; t++) if (actions[2 * t] === 0 && actions[2 * t + 1] === 0) still++;
      frames += length;
    }
    expect(mended).toBeGreaterThan(0);
    expect(still / frames).toBeGreaterThan(0.05);
    expect(still / frames).toBeLessThan(0.7);
  });

  it("keeps to a way that is there: every point it steers at can be driven to straight", () => {
    const { room, start, goal } = drawRoom(createRandom(4).fork("room"));
    const place = room.places.find(({ name }) => name === goal)!;
    const way = new WaySeen(room, place, 0.2);
    const here = { x: start.x, y: start.y };
    let driven = 0;
    while (Math.hypot(place.x - here.x, place.y - here.y) > 0.1 && driven < 20) {
      const aim = way.aim(here);
      const left = Math.hypot(aim.x - here.x, aim.y - here.y);
      const step = Math.min(0.1, left) / left;
      here.x += step * (aim.x - here.x);
      here.y += step * (aim.y - here.y);
      driven += 0.1;
      expect(clearance(room, here.x, here.y)).toBeGreaterThan(0);
    }
    expect(driven).toBeLessThan(2 * Math.hypot(place.x - start.x, place.y - start.y));
  });
});

describe("its senses and fingers", () => {
  it("hold a key for 60 ms at least", () => {
    const fingers = new Fingers();
    fingers.press("KeyW", 0);
    fingers.release("KeyW", 0.01);
    expect(fingers.take(0.05).events).toEqual([{ code: "KeyW", down: true }]);
    expect(fingers.take(0.06).events).toEqual([{ code: "KeyW", down: false }]);
  });

  it("see what was there a while ago, and nothing of what is there now", () => {
    const eyes = new Eyes();
    const picture = (time: number): Sight => ({
      time,
      tool: { position: [time, 0, 0], yaw: 0 },
      base: { position: [0, 0, 0], yaw: 0 },
      width: 0,
      things: {},
      phase: "ready",
      done: null,
    });
    for (let i = 0; i <= 100; i++) eyes.show(picture(i / 60));
    expect(eyes.at(1 - 0.25)!.time).toBeLessThanOrEqual(0.75);
    expect(eyes.at(1 - 0.25)!.time).toBeGreaterThan(0.73);
  });
});
