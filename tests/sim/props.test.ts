/** Things on the table: how shapes are measured, how each kind lies, falls, is pressed and grasped, and what is refused. */
import { beforeAll, describe, expect, test } from "vitest";
import { boundsOf, IDENTITY_QUAT, objectById, partsOf, type Shape, volumeOf } from "../../core/index.js";
import {
  binProp,
  canProp,
  createArmSim,
  createTabletopEnvironment,
  cubeProp,
  initEngine,
  type Prop,
  type PropPlace,
  shapedProp,
  type TableTask,
} from "../../sim/index.js";

beforeAll(initEngine);

const STUFF = { mass: 0.1, friction: 0.8 };
const TOOL = { x: 0.5, y: 0, z: 0.2, yaw: 0 };
const at = (id: string, x: number, y: number, yaw = 0): PropPlace => ({ id, colour: null, x, y, yaw });

/** A square frame of four bars, with a handle along x. */
const FRAME: Shape = {
  kind: "compound",
  parts: [
    [-0.033, 0, [0.02, 0.086, 0.02]],
    [0.033, 0, [0.02, 0.086, 0.02]],
    [0, -0.033, [0.046, 0.02, 0.02]],
    [0, 0.033, [0.046, 0.02, 0.02]],
    [0.063, 0, [0.04, 0.03, 0.02]],
  ].map(([x, y, size]) => ({
    shape: { kind: "box", size: size as [number, number, number] },
    at: { position: [x as number, y as number, 0], orientation: IDENTITY_QUAT },
  })),
};

describe("a shape", () => {
  test("is as large as its parts reach, turned parts too", () => {
    expect(boundsOf({ kind: "cylinder", radius: 0.02, height: 0.1 }).size).toEqual([0.04, 0.04, 0.1]);
    const { centre, size } = boundsOf(FRAME);
    for (const [k, expected] of [0.126, 0.086, 0.02].entries()) expect(size[k]).toBeCloseTo(expected, 12);
    expect(centre[0]).toBeCloseTo(0.02, 12);
    const turned = boundsOf({
      kind: "compound",
      parts: [
        {
          shape: { kind: "box", size: [0.1, 0.02, 0.02] },
          at: { position: [0, 0, 0], orientation: [0, 0, Math.SQRT1_2, Math.SQRT1_2] },
        },
      ],
    });
    for (const [k, expected] of [0.02, 0.1, 0.02].entries()) expect(turned.size[k]).toBeCloseTo(expected, 12);
  });

  test("has the volume of its parts", () => {
    expect(volumeOf({ kind: "sphere", radius: 0.1 })).toBeCloseTo(0.0041888, 7);
    expect(volumeOf({ kind: "capsule", radius: 0.1, length: 0.3 })).toBeCloseTo(0.0136136, 7);
    const frame = partsOf(FRAME).reduce((sum, part) => sum + volumeOf(part.shape), 0);
    expect(frame).toBeCloseTo(2 * 0.02 * 0.086 * 0.02 + 2 * 0.046 * 0.02 * 0.02 + 0.04 * 0.03 * 0.02, 12);
  });
});

describe("things on the table", () => {
  const props: Prop[] = [
    cubeProp(at("cube", 0.4, -0.2, 0.3), 0.05, STUFF),
    canProp(at("can", 0.4, 0.2), 0.025, 0.08, { mass: 0.016, friction: 0.95 }),
    shapedProp(at("ball", 0.6, 0.2), "cube", { kind: "sphere", radius: 0.02 }, 0.8, {
      kind: "free",
      mass: 0.05,
    }),
    shapedProp(at("nut", 0.6, -0.2, 1), "nut", FRAME, 0.95, { kind: "free", mass: 0.05 }),
    shapedProp(at("peg", 0.7, 0), "peg", { kind: "box", size: [0.03, 0.03, 0.1] }, 0.8, { kind: "fixed" }),
    binProp(
      { id: "bin", colour: "blue", x: 0.5, y: 0.4 },
      { inner: [0.1, 0.14], wall: 0.01, height: 0.05, friction: 0.8 },
    ),
  ];

  test("lie still where they were put, in the order of the setup, and show the shapes that a class does not tell", () => {
    const sim = createArmSim(0, { setup: { props, tool: TOOL, goal: {} } });
    for (let tick = 0; tick < 240; tick++) sim.tick();
    const { objects } = sim.scene();
    expect(objects.map(({ id }) => id)).toEqual(props.map(({ id }) => id));
    for (const [i, { pose, size, shape }] of objects.entries()) {
      for (let k = 0; k < 3; k++)
        expect(Math.abs(pose.position[k]! - props[i]!.pose.position[k]!)).toBeLessThan(5e-4);
      expect(size).toEqual(props[i]!.size);
      expect(shape).toEqual(["ball", "nut", "peg"].includes(props[i]!.id) ? props[i]!.shape : undefined);
    }
    sim.free();
  });

  test("fall as anything falls, a can of 16 g as a frame of five bars", () => {
    for (const id of ["can", "nut"]) {
      const sim = createArmSim(0, { setup: { props, tool: TOOL, goal: {} }, dt: 1 / 240 });
      const { pose } = objectById(sim.scene(), id)!;
      const [x, y, z] = pose.position;
      sim.moveObject(id, { position: [x, y, z + 0.1], orientation: pose.orientation });
      // 0.1 m of free fall: sqrt(2 h / g) = 0.143 s.
      let ticks = 0;
      while (objectById(sim.scene(), id)!.pose.position[2] > z + 0.002 && ticks < 240) {
        sim.tick();
        ticks++;
      }
      expect(ticks / 240).toBeCloseTo(0.141, 2);
      sim.free();
    }
  });

  test("know what they touch", () => {
    const sim = createArmSim(0, { setup: { props, tool: TOOL, goal: {} } });
    expect(sim.touching("cube", "can")).toBe(false);
    sim.moveObject("ball", { position: [0.4, -0.2, 0.0705], orientation: [0, 0, 0, 1] });
    for (let tick = 0; tick < 10; tick++) sim.tick();
    expect(sim.touching("cube", "ball")).toBe(true);
    expect(sim.touching("ball", "cube")).toBe(true);
    expect(sim.touching("ball", "can")).toBe(false);
    expect(sim.fingersOn("cube")).toBe(0);
    expect(sim.speedOf("peg")).toBe(0);
    expect(() => sim.moveObject("peg", { position: [0, 0, 0], orientation: [0, 0, 0, 1] })).toThrow(
      /table: what is moved must be free to move, got "peg"/,
    );
    sim.free();
  });

  test("are between two fingers when they are grasped, and only then", () => {
    const setup = {
      props: [cubeProp(at("cube", 0.5, 0), 0.04, STUFF)],
      tool: { ...TOOL, z: 0.02 },
      goal: {},
    };
    const sim = createArmSim(0, { setup });
    expect(sim.fingersOn("cube")).toBe(0);
    sim.setGripper(0);
    for (let tick = 0; tick < 120; tick++) sim.tick();
    expect(sim.fingersOn("cube")).toBe(2);
    sim.setGripper(0.08);
    for (let tick = 0; tick < 120; tick++) sim.tick();
    expect(sim.fingersOn("cube")).toBe(0);
    sim.free();
  });
});

describe("a task with things of its own", () => {
  const task: TableTask = {
    card: {
      name: "own",
      robot: "panda",
      summary: "",
      horizon: 5,
      sentences: { en: ["{target} {place}"], zh: ["{target} {place}"] },
      reset: "",
    },
    slots: ["target", "place"],
    rules: {
      target: { classes: ["can"], symmetry: null },
      place: { classes: ["peg", "can"], symmetry: 1 },
    },
    setup: (seed) => ({
      props: [
        canProp(at("a_can", 0.5, 0.1 + 1e-3 * seed), 0.025, 0.08, STUFF),
        canProp(at("b_can", 0.5, -0.1), 0.025, 0.08, STUFF),
        shapedProp(at("peg", 0.6, 0), "peg", { kind: "box", size: [0.03, 0.03, 0.1] }, 0.8, {
          kind: "fixed",
        }),
      ],
      tool: { ...TOOL, z: 0.1 },
      goal: { target: "a_can", place: "peg" },
    }),
    limits: { gripper: 40, links: 40 },
    physicsRate: 240,
    met: () => false,
  };

  test("shows of each slot what its rule says, at the rate it asks for, in its own reset", () => {
    const environment = createTabletopEnvironment(task, { detector: null });
    expect(environment.contract.rates.physics).toBe(240);
    expect(environment.contract.goals.map(({ name }) => name)).toEqual([
      "goal.target.position",
      "goal.place.position",
      "goal.place.orientation",
    ]);
    environment.reset(20);
    expect(environment.observe().values["goal.target.position"]![1]).toBeCloseTo(0.12, 6);
    environment.free();
  });

  test("binds only what the rules allow, and no thing twice", () => {
    const environment = createTabletopEnvironment(task);
    environment.bind({ target: "b_can", place: "a_can" });
    expect(() => environment.bind({ target: "peg", place: "a_can" })).toThrow(
      'goal: target must be bound to a can of the scene, got "peg"',
    );
    expect(() => environment.bind({ target: "a_can", place: "a_can" })).toThrow(
      'goal: place must be bound to something else than the other slots, got "a_can"',
    );
    environment.free();
  });

  test("fails with `collided` when the palm comes down on something, with `force-exceeded` when the fingers do", () => {
    const environment = createTabletopEnvironment(task);
    environment.reset(0);
    const [x, y] = environment.command();
    for (let step = 0; step < 60 && environment.outcome().state === "running"; step++) {
      const z = environment.command()[2]!;
      environment.step([x!, y!, z - 0.01, 0, 0.08]);
    }
    // The palm is 20 cm wide: it meets the cans at y = ±0.1.
    expect(environment.outcome()).toEqual({ state: "failure", kind: "collided" });
    environment.reset(0);
    const over = [0.6, 0];
    for (let step = 0; step < 80 && environment.outcome().state === "running"; step++) {
      const [cx, cy, cz] = environment.command() as unknown as [number, number, number];
      const low = step < 30 ? 0.2 : 0.01;
      environment.step([
        cx + Math.max(-0.02, Math.min(0.02, over[0]! - cx)),
        cy + Math.max(-0.02, Math.min(0.02, over[1]! - cy)),
        cz + Math.max(-0.02, Math.min(0.02, low - cz)),
        0,
        0,
      ]);
    }
    expect(environment.outcome()).toEqual({ state: "failure", kind: "force-exceeded" });
    environment.free();
  });
});
