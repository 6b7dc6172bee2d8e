/**
 * A rope of links against what is known of hanging ropes: the catenary, the modes of a hanging chain (Bessel's functions),
 * the droop of a piece held out level (Peirce). And that it rests, holds together, is held by friction alone, and goes on
 * to the bit.
 */
import type { RigidBody } from "@dimforge/rapier3d";
import { beforeAll, describe, expect, test } from "vitest";
import {
  compose,
  createIk,
  distance,
  invert,
  objectById,
  type Pose,
  toolDown,
  type Vec3,
} from "../../core/index.js";
import {
  type ArmSim,
  addProps,
  createArmSim,
  createWorld,
  type DemonstrationStyle,
  initEngine,
  MANILA,
  type PhysicsWorld,
  type PropInWorld,
  ROPE_RATE,
  type RopeStuff,
  rapier,
  ropeProps,
  ropeWorld,
  taskByName,
} from "../../sim/index.js";
import { smooth } from "./rig.js";

beforeAll(initEngine);

const DT = 1 / ROPE_RATE;
const G = 9.81;
const HEIGHT = 2;
const HALF = MANILA.link / 2;
const ENDS = { first: { id: "a", colour: "red" }, last: { id: "b", colour: "blue" } } as const;

interface Hung {
  readonly world: PhysicsWorld;
  readonly links: readonly PropInWorld[];
  readonly length: number;
  run(seconds: number, each?: (t: number) => void): void;
}

/** A straight, level rope along x in the air, `count` links long. */
function inAir(stuff: RopeStuff, count: number): Hung {
  const world = createWorld({ dt: DT, ...ropeWorld(DT) });
  const props = ropeProps(stuff, ENDS, [0, 0], new Array<number>(count).fill(0)).map((prop) => ({
    ...prop,
    pose: { ...prop.pose, position: [prop.pose.position[0], 0, HEIGHT] as const },
  }));
  const links = addProps(world, props, { massScale: 1, frictionScale: 1, sleep: false });
  let t = 0;
  return {
    world,
    links,
    length: count * stuff.link,
    run: (seconds, each) => {
      for (let k = 0; k < Math.round(seconds / DT); k++) {
        world.step();
        t += DT;
        each?.(t);
      }
    },
  };
}

/** Hangs the beginning (-1) or the end (1) of a link by a ball joint on a hook where it is. */
function hang({ world }: Hung, { body }: PropInWorld, side: -1 | 1): RigidBody {
  const { JointData, RigidBodyDesc } = rapier();
  const r = body!.rotation();
  const p = body!.translation();
  const along = side * HALF;
  const hook = world.addBody(
    RigidBodyDesc.kinematicPositionBased().setTranslation(
      p.x + along * (1 - 2 * (r.y * r.y + r.z * r.z)),
      p.y + along * 2 * (r.x * r.y + r.w * r.z),
      p.z + along * 2 * (r.x * r.z - r.w * r.y),
    ),
  );
  const origin = { x: 0, y: 0, z: 0 };
  world.raw.createImpulseJoint(JointData.spherical(origin, { x: along, y: 0, z: 0 }), hook, body!, true);
  return hook;
}

const fastest = (links: readonly PropInWorld[]): number =>
  Math.max(
    ...links.map(({ body }) => {
      const { x, y, z } = body!.linvel();
      return Math.hypot(x, y, z);
    }),
  );

describe("a hanging rope", () => {
  test("sags as a catenary, within 1 %, and hangs still", () => {
    const rope = inAir(MANILA, 40);
    hang(rope, rope.links[0]!, -1);
    const hook = hang(rope, rope.links.at(-1)!, 1);
    const span = 0.8 * rope.length;
    rope.run(20, (t) => {
      const x = rope.length - (rope.length - span) * smooth(t / 2);
      hook.setNextKinematicTranslation({ x, y: 0, z: HEIGHT });
    });
    const sag = HEIGHT - Math.min(...rope.links.map(({ body }) => body!.translation().z));
    expect(Math.abs(sag / sagOf(rope.length, span) - 1)).toBeLessThan(0.01);
    expect(fastest(rope.links)).toBeLessThan(0.01);
    rope.world.free();
  });

  // The links turn as if they were wider than they are, which the second mode feels.
  test.each([
    [1, 0.01],
    [2, 0.05],
  ])("swings in its mode %i with the period of a hanging chain, within %d", (mode, bound) => {
    const rope = inAir({ ...MANILA, rigidity: 1e-5 }, 40);
    const chain = ((4 * Math.PI) / ZEROS[mode - 1]!) * Math.sqrt(rope.length / G);
    expect(Math.abs(periodOf(rope, mode) / chain - 1)).toBeLessThan(bound);
  });

  test("weighs what it is said to: a longer one stretches its joints by less than 1 %", () => {
    const rope = inAir(MANILA, 40);
    hang(rope, rope.links[0]!, -1);
    rope.run(30);
    const { x, z } = rope.links.at(-1)!.body!.translation();
    expect(Math.abs(Math.hypot(x, HEIGHT - z) / (rope.length - HALF) - 1)).toBeLessThan(0.01);
    rope.world.free();
  });
});

test("held out level, a piece of twice its bending length hangs down by 41.5 degrees, within 2", () => {
  const links = 7;
  // Of the clamped link one half is free to bend, had it not been cut into links.
  const overhang = (links + 0.5) * MANILA.link;
  const rope = inAir({ ...MANILA, rigidity: MANILA.weight * G * (overhang / 2) ** 3 }, links + 1);
  const [clamped, tip] = [rope.links[0]!.body!, rope.links.at(-1)!.body!];
  clamped.setBodyType(rapier().RigidBodyType.Fixed, true);
  rope.run(15);
  const down = HEIGHT - tip.translation().z;
  const out = tip.translation().x - clamped.translation().x;
  expect(Math.abs((Math.atan2(down, out) * 180) / Math.PI - 41.5)).toBeLessThan(2);
  expect(fastest(rope.links)).toBeLessThan(0.01);
  rope.world.free();
});

/** A rope on the table before the arm, its first link under the tool. */
function table(headings: readonly number[], sleep = true): ArmSim {
  return createArmSim(1, {
    dt: DT,
    sleep,
    setup: {
      props: ropeProps(MANILA, ENDS, [0.5 + HALF, 0], headings),
      tool: { x: 0.5, y: 0, z: 0.13, yaw: 0 },
      goal: {},
    },
  });
}

const LINKS = 20;
const STRAIGHT = new Array<number>(LINKS).fill(Math.PI);
const links = (sim: ArmSim) => sim.scene().objects;

describe("a rope on the table", () => {
  test("that nothing touches settles and then does not move at all", () => {
    const headings = STRAIGHT.map((heading, i) => heading + Math.sin((Math.PI * i) / LINKS));
    const sim = table(headings);
    for (let k = 0; k < 6 * ROPE_RATE; k++) sim.tick();
    const before = links(sim).map(({ pose }) => pose);
    for (let k = 0; k < 2 * ROPE_RATE; k++) sim.tick();
    expect(links(sim).map(({ pose }) => pose)).toEqual(before);
    sim.free();
  });

  test("keeps an arc by friction, kept from sleeping: it creeps by less than 2 mm in ten seconds", () => {
    const headings = STRAIGHT.map((heading, i) => heading + 0.7 * (1 - Math.cos((Math.PI * i) / LINKS)));
    const sim = table(headings, false);
    for (let k = 0; k < 2 * ROPE_RATE; k++) sim.tick();
    const before = links(sim).map(({ pose }) => pose.position);
    let most = 0;
    for (let k = 0; k < 10 * ROPE_RATE; k++) {
      sim.tick();
      if (k % 48 === 0) most = Math.max(most, ...links(sim).map(({ id }) => sim.speedOf(id)));
    }
    const crept = links(sim).map(({ pose }, i) => distance(pose.position, before[i]!));
    expect(Math.max(...crept)).toBeLessThan(0.002);
    expect(most).toBeLessThan(0.02);
    sim.free();
  });
});

/** Takes the first link with that force, lifts it by 25 cm, rests five seconds, shakes it for ten and rests. */
function shaken(force: number) {
  const sim = table(STRAIGHT);
  const ik = createIk(sim.chain);
  const id = ENDS.first.id;
  const inHand = (): Vec3 =>
    compose(invert(sim.toolPose()), objectById(sim.scene(), id)!.pose as Pose).position;
  const tool = (t: number): Vec3 => {
    const [start, stop] = [10, 20];
    const lifted = 0.13 - 0.118 * smooth(t / 1.5) + 0.25 * smooth((t - 3) / 1.5);
    if (t <= start || t >= stop) return [0.5, 0, lifted];
    const u = t - start;
    const w = smooth(u / 0.5) * smooth((stop - t) / 0.5);
    const wave = (amplitude: number, hertz: number) => w * amplitude * Math.sin(2 * Math.PI * hertz * u);
    return [0.5 + wave(0.05, 1.3), wave(0.1, 1), lifted + wave(0.03, 2)];
  };
  const period = 0.05;
  let q: ArrayLike<number> = sim.q.slice();
  let t = 0;
  let fastestLink = 0;
  let longest = 0;
  const run = (seconds: number) => {
    for (let k = 0; k < Math.round(seconds / period); k++) {
      const solve = (at: number, from: ArrayLike<number>) =>
        ik.solve({ position: tool(at), orientation: toolDown(0) }, from, { iterations: 100 }).q.slice();
      const next = solve(t + period, q);
      const [early, late] = [solve(t + period - 1e-3, next), solve(t + period + 1e-3, next)];
      sim.setJointTarget(
        next,
        Float64Array.from(late, (x, i) => (x - early[i]!) / 2e-3),
        period,
      );
      for (let s = 0; s < Math.round(period / DT); s++) sim.tick();
      q = next;
      t += period;
      const scene = sim.scene().objects;
      fastestLink = Math.max(fastestLink, ...scene.map((object) => sim.speedOf(object.id)));
      for (let i = 1; i < scene.length; i++)
        longest = Math.max(longest, distance(scene[i]!.pose.position, scene[i - 1]!.pose.position));
    }
  };
  sim.setGripper(0.08);
  run(2);
  sim.setGripper(0, force);
  run(3);
  const before = inHand();
  run(5);
  const creep = 2000 * distance(inHand(), before);
  run(12);
  const slip = 1000 * distance(inHand(), before);
  const held = objectById(sim.scene(), id)!.pose.position[2] > 0.2;
  sim.free();
  return { held, creep, slip, fastestLink, longest };
}

describe("the end of a rope between the fingers", () => {
  test("is held by friction through ten seconds of 7 m/s², nothing flies apart", () => {
    const { held, creep, slip, fastestLink, longest } = shaken(30);
    expect(held).toBe(true);
    expect(creep).toBeLessThan(2);
    expect(slip).toBeLessThan(3);
    expect(fastestLink).toBeLessThan(2);
    expect(longest).toBeLessThan(1.1 * MANILA.link);
  });

  test("slips out of fingers that press with 1 N: it is not glued", () => {
    expect(shaken(1).held).toBe(false);
  });
});

test.each([
  ["that lies turned so that the hand must take it the other way round", 210_005],
  ["that is held so high that it comes no lower", 210_065],
  ["on whose way the last joint would come to its end", 210_079, "clean"],
] as const)("the script lays an end %s", async (_, seed, style?: DemonstrationStyle) => {
  const task = taskByName("soft-rope");
  const environment = await task.create();
  environment.reset(seed);
  const script = task.demonstrator(seed, style);
  while (environment.outcome().state === "running") environment.step(script.act(environment));
  expect(environment.outcome().state).toBe("success");
  environment.free();
});

test("a snapshot of a rope between the fingers goes on to the bit", () => {
  const sim = table(STRAIGHT);
  sim.setGripper(0);
  for (let k = 0; k < ROPE_RATE; k++) sim.tick();
  const snapshot = sim.snapshot();
  const go = () => {
    for (let k = 0; k < ROPE_RATE; k++) sim.tick();
    return sim.hash();
  };
  const straight = go();
  sim.restore(snapshot);
  expect(go()).toBe(straight);
  sim.free();
});

test("worlds that must fall back cannot have ropes, and say so", () => {
  expect(() => createWorld({ dt: DT, settings: "fallback", ...ropeWorld(DT) })).toThrow(
    "world: friction while positions are corrected needs",
  );
});

/** The first zeros of the Bessel function J0. */
const ZEROS = [2.404825557695773, 5.520078110286311];

function bessel0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; k < 40; k++) {
    term *= -((x / 2 / k) ** 2);
    sum += term;
  }
  return sum;
}

/** Seconds of a swing of the rope, hung by its first end and let go in the shape of that mode. */
function periodOf(rope: Hung, mode: number): number {
  const { links: chain, length } = rope;
  const at = (s: number) => 0.02 * bessel0(ZEROS[mode - 1]! * Math.sqrt(Math.max(0, 1 - s / length)));
  chain.forEach(({ body }, i) => {
    const [a, b] = [at(i * MANILA.link), at((i + 1) * MANILA.link)];
    const tilt = Math.atan2(MANILA.link, b - a);
    body!.setTranslation({ x: (a + b) / 2, y: 0, z: HEIGHT - (i + 0.5) * MANILA.link }, true);
    body!.setRotation({ x: 0, y: Math.sin(tilt / 2), z: 0, w: Math.cos(tilt / 2) }, true);
  });
  hang(rope, chain[0]!, -1);
  const share = () =>
    chain.reduce((sum, { body }, i) => sum + at((i + 0.5) * MANILA.link) * body!.translation().x, 0);
  let before = share();
  const ups: number[] = [];
  rope.run(8, (t) => {
    const now = share();
    if (before < 0 && now >= 0) ups.push(t - (DT * now) / (now - before));
    before = now;
  });
  rope.world.free();
  return (ups.at(-1)! - ups[0]!) / (ups.length - 1);
}

/** Sag of a catenary of that length between points level at `span`. */
function sagOf(length: number, span: number): number {
  let [low, high] = [1e-3, 1e3];
  for (let k = 0; k < 200; k++) {
    const a = (low + high) / 2;
    if (2 * a * Math.sinh(span / (2 * a)) > length) low = a;
    else high = a;
  }
  return low * (Math.cosh(span / (2 * low)) - 1);
}
