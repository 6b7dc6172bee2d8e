/** Worlds drawn from ranges: by seed alone, as the record says, and the same again from the record. */
import { describe, expect, it } from "vitest";
import { type Environment, objectById, parseRandomisation } from "../../core/index.js";
import {
  parseRanges,
  randomiseBy,
  SENSES,
  TABLE_CAMERAS,
  TABLETOP,
  taskByName,
  USUAL_RANGES,
} from "../../sim/index.js";
import { cameraMounts } from "../../sim/view/index.js";

const lift = taskByName("lift");

/** Runs the task's script to the end. */
function show(environment: Environment, seed: number): void {
  environment.reset(seed);
  const script = lift.demonstrator(seed, "clean");
  while (environment.outcome().state === "running") environment.step(script.act(environment));
}

describe("a draw", () => {
  it("depends on ranges and seed alone, thing by thing", () => {
    const draw = randomiseBy(USUAL_RANGES);
    const [two, three] = [draw(5, ["a", "b"])!, draw(5, ["c", "b", "a"])!];
    expect(draw(5, ["a", "b"])).toEqual(two);
    expect(three.things["a"]).toEqual(two.things["a"]);
    expect([three.gains, three.latency]).toEqual([two.gains, two.latency]);
    expect(draw(6, ["a", "b"])).not.toEqual(two);
    expect(parseRandomisation("test", JSON.parse(JSON.stringify(two)))).toEqual(two);
  });

  it("lies in its ranges, as often below one as above, and leaves alone what is not named", () => {
    const draw = randomiseBy({ mass: [0.5, 2], latency: [1, 3] });
    const draws = Array.from({ length: 400 }, (_, seed) => draw(seed, ["a"])!);
    const masses = draws.map(({ things }) => things["a"]!.mass);
    expect(Math.min(...masses)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...masses)).toBeLessThan(2);
    const below = masses.filter((mass) => mass < 1).length;
    expect(Math.abs(below - 200)).toBeLessThan(60); // six standard deviations
    expect(new Set(draws.map(({ latency }) => latency))).toEqual(new Set([1, 2, 3]));
    for (const { things, gains } of draws)
      expect([things["a"]!.friction, things["a"]!.size, gains]).toEqual([1, 1, 1]);
  });

  it.each([
    [
      { gravity: [1, 2] },
      /must be one of mass, friction, size, gains, latency, .*, cameraView, got "gravity"/,
    ],
    [{ mass: [2, 1] }, /mass: must be \[low, high\]/],
    [{ mass: [0, 1] }, /factors from 0.05 to 20/],
    [{ latency: [0, 1.5] }, /whole steps/],
    [{ cameraShift: [0, 0.6] }, /0 to 0.5 m/],
    [{ lightTurn: [-1, 1] }, /0 to π rad/],
    [[], /must be an object of ranges/],
  ])("is refused from %j", (ranges, message) => {
    expect(() => parseRanges("ranges", ranges)).toThrow(message);
  });
});

describe("a draw of what is seen", () => {
  const SEEN = { light: [0.5, 2], colour: [0.8, 1.25], cameraShift: [0.01, 0.02] } as const;

  it("is there where it is asked for, and leaves all other draws as they were", () => {
    const felt = { mass: [0.5, 2], latency: [0, 3] } as const;
    expect(randomiseBy(felt)(5, ["a"])!.appearance).toBeUndefined();
    const { appearance, ...rest } = randomiseBy({ ...felt, ...SEEN })(5, ["a"])!;
    expect(rest).toEqual(randomiseBy(felt)(5, ["a"]));
    expect(Object.keys(appearance!.colours)).toEqual(["a", "table", "background"]);
    expect(parseRandomisation("test", JSON.parse(JSON.stringify({ ...rest, appearance })))).toEqual({
      ...rest,
      appearance,
    });
  });

  it("names the cameras at the table, and moves them as far as its ranges say, any way", () => {
    expect(TABLE_CAMERAS).toEqual(cameraMounts("tabletop").map(({ name }) => name));
    const shifts = Array.from({ length: 200 }, (_, seed) => {
      const { front, wrist } = randomiseBy(SEEN)(seed, [])!.appearance!.cameras;
      expect([front!.turn, front!.view]).toEqual([[0, 0, 0], 1]);
      expect(wrist).not.toEqual(front);
      return front!.shift;
    });
    for (const shift of shifts) {
      expect(Math.hypot(...shift)).toBeGreaterThanOrEqual(0.01);
      expect(Math.hypot(...shift)).toBeLessThanOrEqual(0.02);
    }
    for (const k of [0, 1, 2]) {
      const mean = shifts.reduce((sum, shift) => sum + shift[k]!, 0) / shifts.length;
      expect(Math.abs(mean)).toBeLessThan(0.004); // six standard errors
    }
  });

  it("changes nothing that is felt", async () => {
    const [seen, plain] = [await lift.create({ randomise: randomiseBy(SEEN) }), await lift.create()];
    for (const one of [seen, plain]) show(one, 6);
    expect(seen.hash()).toBe(plain.hash());
    expect(seen.randomisation!()!.appearance!.light.key).not.toBe(1);
    for (const one of [seen, plain]) one.free();
  });

  it.each([
    [{ light: { key: 0, rest: 1, turn: 0 } }, /key must be a positive number/],
    [{ colours: { a: [1, 1] } }, /colours.a: must be three numbers/],
    [{ cameras: { front: { shift: [0, 0, null], turn: [0, 0, 0], view: 1 } } }, /must be a finite number/],
  ])("is refused as %j", (wrong, message) => {
    const drawn = randomiseBy(SEEN)(1, ["a"])!;
    const appearance = { ...drawn.appearance, ...wrong };
    expect(() => parseRandomisation("test", { ...drawn, appearance })).toThrow(message);
  });
});

describe("a draw of the detector", () => {
  it("is there where it is asked for, within its ranges, and is what the goals are seen by", async () => {
    expect(randomiseBy(USUAL_RANGES)(3, [])!.detector).toBeUndefined();
    const draw = randomiseBy({ detectorAge: [0.2, 0.4], detectorDropout: [0.5, 0.5] });
    const drawn = draw(3, [])!.detector!;
    expect([drawn.noise, drawn.dropout]).toEqual([1, 0.5]);
    expect(drawn.age).toBeGreaterThan(0.2);
    expect(drawn.age).toBeLessThan(0.4);
    expect(parseRandomisation("test", JSON.parse(JSON.stringify(draw(3, []))))).toEqual(draw(3, []));

    // How far behind what is lifted its detected place lies: at 10 cm/s, the age shows.
    const behind = async (randomise: ReturnType<typeof randomiseBy>): Promise<number> => {
      const environment = await lift.create({ randomise });
      environment.reset(3);
      const script = lift.demonstrator(3, "clean");
      let most = 0;
      while (environment.outcome().state === "running") {
        environment.step(script.act(environment));
        const seen = environment.observe().values["goal.target.position"]![2]!;
        const there = objectById(environment.scene(), environment.goal().target!)!.pose.position[2];
        most = Math.max(most, there - seen);
      }
      environment.free();
      return most;
    };
    const [usual, late] = [await behind(randomiseBy({})), await behind(draw)];
    expect(late).toBeGreaterThan(usual + 0.02);
  });
});

describe("a randomised table", () => {
  it("has the sizes and weighs what its record says", async () => {
    const environment = await lift.create({
      senses: SENSES,
      randomise: randomiseBy({ mass: [0.5, 2], size: [0.9, 1.1] }),
    });
    for (const seed of [3, 4]) {
      show(environment, seed);
      expect(environment.outcome().state).toBe("success");
      const still = environment.command();
      for (let i = 0; i < 20; i++) environment.step(still);
      const target = environment.goal().target!;
      const { mass, size } = environment.randomisation!()!.things[target]!;
      expect(objectById(environment.scene(), target)!.size[0]).toBeCloseTo(size * TABLETOP.cube.size, 12);
      const weight = 9.81 * mass * TABLETOP.cube.mass;
      const [, , z] = environment.observe().values["observation.wrist.force"]!;
      expect(Math.abs(-z! / weight - 1)).toBeLessThan(0.03);
    }
    environment.free();
  });

  it("is the same to the bit again from the record, and another one without it", async () => {
    const environment = await lift.create({ randomise: randomiseBy(USUAL_RANGES) });
    show(environment, 8);
    const record = environment.randomisation!()!;
    const again = await lift.create({ randomise: () => record });
    show(again, 8);
    expect(again.hash()).toBe(environment.hash());
    const plain = await lift.create();
    show(plain, 8);
    expect(plain.hash()).not.toBe(environment.hash());
    for (const one of [environment, again, plain]) one.free();
  });

  it("moves later by the latency, and goes on from a snapshot with commands on their way", async () => {
    const late = await lift.create({ randomise: randomiseBy({ latency: [3, 3] }) });
    const prompt = await lift.create({ randomise: randomiseBy({}) });
    for (const one of [late, prompt]) one.reset(2);
    const first = Array.from(prompt.command());
    const up = [first[0]!, first[1]!, first[2]! + 0.02, first[3]!, first[4]!];
    for (let i = 0; i < 3; i++) late.step(up);
    expect(Array.from(late.command())).toEqual(first);
    const snapshot = late.snapshot();
    late.step(up);
    prompt.step(up);
    expect(Array.from(late.command())).toEqual(Array.from(prompt.command()));
    const hash = late.hash();
    late.restore(snapshot);
    late.step(up);
    expect(late.hash()).toBe(hash);
    for (const one of [late, prompt]) one.free();
  });
});
