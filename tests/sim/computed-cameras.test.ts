/**
 * Recorded cameras without graphics: what they see against geometry computed here, and that a picture depends on its
 * state alone. That graphics draw the same is in `tests/view`.
 */
import { describe, expect, it } from "vitest";
import { invert, type Pose, type SceneObject, transformPoint, type Vec3 } from "../../core/index.js";
import { taskByName } from "../../sim/index.js";
import {
  type CameraPicture,
  createComputedRig,
  type ViewState,
  viewStateOf,
  type WorldKind,
  worldKindOf,
} from "../../sim/view/index.js";

/** A task's world at the beginning, and after some steps of its script. */
async function worldOf(name: string, steps: number) {
  const task = taskByName(name);
  const environment = await task.create();
  environment.reset(200_001);
  const script = task.demonstrator(200_001);
  const look = (): ViewState => viewStateOf(environment.scene(), environment.robotState!());
  const objects: readonly SceneObject[] = environment.scene().objects;
  const states = [look()];
  for (let i = 0; i < steps; i++) {
    environment.step(script.act(environment));
    states.push(look());
  }
  const kind: WorldKind = worldKindOf(task.card.robot);
  environment.free();
  return { kind, objects, states, last: states.at(-1)! };
}

const EVERYTHING = {
  size: { width: 120, height: 90 },
  channels: ["colour", "depth", "ids"],
} as const;

/** The point of the world at a pixel. */
function pointAt({ intrinsics: k, worldFromCamera, depth }: CameraPicture, at: number): Vec3 {
  const [u, v] = [at % k.width, Math.floor(at / k.width)];
  return transformPoint(
    worldFromCamera,
    [(u - k.cx) / k.fx, (v - k.cy) / k.fy, 1].map((value) => value * depth![at]!) as unknown as Vec3,
  );
}

describe("recorded cameras without graphics", () => {
  it("see a rope bent as its links lie, whatever was drawn before", async () => {
    const { kind, objects, states, last } = await worldOf("soft-rope", 90);
    const rig = createComputedRig({ kind, objects });
    await rig.render(states[0]!, EVERYTHING);
    const [front] = await rig.render(last, EVERYTHING);
    const seen = new Set<string>();
    front!.ids!.forEach((label, at) => {
      const id = rig.labels[label]!;
      const link = objects.find((object) => object.id === id);
      if (link === undefined || !link.class.startsWith("rope")) return;
      seen.add(id);
      const [along, y, z] = transformPoint(invert(last.objects[id]!), pointAt(front!, at));
      const radius = link.size[1] / 2;
      expect(Math.abs(along)).toBeLessThan(link.size[0] / 2 + 0.002);
      expect(Math.hypot(y, z)).toBeLessThan(radius + 0.002);
      expect(Math.hypot(y, z)).toBeGreaterThan(link.class === "rope" ? 0.75 * radius : 0);
    });
    expect(seen.size).toBeGreaterThan(10);
    const [fresh] = await createComputedRig({ kind, objects }).render(last, EVERYTHING);
    expect(fresh!.ids).toEqual(front!.ids);
    expect(fresh!.rgba).toEqual(front!.rgba);
  });

  it("see every object where geometry says and measure the table to half a millimetre", async () => {
    const { kind, objects, last } = await worldOf("lift", 10);
    const rig = createComputedRig({ kind, objects });
    const [front, wrist] = await rig.render(last, EVERYTHING);
    for (const { id, size, class: of } of objects) {
      // The top of a block and the floor of a tray are level.
      const top = transformPoint(last.objects[id]!, [0, 0, of === "bin" ? 0.0004 : size[2] / 2]);
      const [x, y, z] = transformPoint(invert(front!.worldFromCamera), top);
      const { fx, fy, cx, cy } = front!.intrinsics;
      const at = Math.round((fy * y) / z + cy) * EVERYTHING.size.width + Math.round((fx * x) / z + cx);
      expect(rig.labels[front!.ids![at]!]).toBe(id);
      expect(Math.abs(pointAt(front!, at)[2] - top[2])).toBeLessThan(0.001);
    }
    for (const picture of [front!, wrist!]) {
      let seen = 0;
      picture.ids!.forEach((id, at) => {
        if (rig.labels[id] !== "table") return;
        const [px, py, pz] = pointAt(picture, at);
        if (px < 0 || px > 0.95 || Math.abs(py) > 0.6 || pz < -0.02) return;
        seen++;
        // The mat's top is the plane z = 0; the wood lies its thickness lower.
        expect(Math.min(Math.abs(pz), Math.abs(pz + 0.0015))).toBeLessThan(0.0005);
      });
      expect(seen).toBeGreaterThan(2000);
    }
    rig.dispose();
  });

  it("measure the floor ahead of a base to a hundredth of a millimetre", async () => {
    const { kind, objects, last } = await worldOf("navigate", 5);
    const rig = createComputedRig({ kind, objects });
    const [front] = await rig.render(last, { ...EVERYTHING, which: ["front"] });
    let seen = 0;
    front!.ids!.forEach((id, at) => {
      const point = pointAt(front!, at);
      // What is flat and below everything: walls and what stands there is higher.
      if (rig.labels[id] !== "table" || point[2] > 0.01) return;
      seen++;
      expect(Math.abs(point[2])).toBeLessThan(1e-5);
    });
    expect(seen).toBeGreaterThan(2000);
    rig.dispose();
  });

  it("draw the same bits for the same state, whatever was drawn before", async () => {
    const { kind, objects, states, last } = await worldOf("lift", 12);
    const fresh = createComputedRig({ kind, objects });
    const expected = await fresh.render(last, EVERYTHING);
    const used = createComputedRig({ kind, objects });
    for (const state of states) await used.render(state, { ...EVERYTHING, size: { width: 64, height: 64 } });
    used.setAppearance({
      light: { key: 0.5, rest: 1, turn: 1 },
      colours: { table: [0.5, 1, 1] },
      cameras: {},
    });
    const dim = await used.render(last, EVERYTHING);
    expect(dim[0]!.rgba).not.toEqual(expected[0]!.rgba);
    expect(dim[0]!.ids).toEqual(expected[0]!.ids);
    used.setAppearance(null);
    expect(await used.render(last, EVERYTHING)).toEqual(expected);
    used.setObjects(objects);
    expect(await used.render(last, EVERYTHING)).toEqual(expected);
    const filled = createComputedRig({ kind, objects: [] });
    filled.setObjects(objects);
    expect(await filled.render(last, EVERYTHING)).toEqual(expected);
  });

  it("throw the key light's shadows: a block held up darkens the table where the light says", async () => {
    const { kind, objects, states } = await worldOf("lift", 0);
    const [block] = objects.filter((object) => object.class === "cube");
    const rig = createComputedRig({ kind, objects });
    const state = states[0]!;
    const height = 0.3;
    const from: Pose = state.objects[block!.id]!;
    const up = { ...from, position: [from.position[0], from.position[1], height] as Vec3 };
    const away = { ...from, position: [from.position[0], from.position[1], -5] as Vec3 };
    const shots = await Promise.all(
      [up, away].map(async (pose) => {
        const [front] = await rig.render(
          { ...state, objects: { ...state.objects, [block!.id]: pose } },
          { which: ["front"], channels: ["colour", "depth", "ids"] },
        );
        return front!;
      }),
    );
    // Towards the light from the table: right of the operator and above, by the direction that `looks.ts` states.
    const shadow: Vec3 = [
      from.position[0] - (0.62 / 2.05) * height,
      from.position[1] + (1 / 2.05) * height,
      0,
    ];
    const darker = Array.from(shots[1]!.ids!).flatMap((id, at) => {
      if (rig.labels[id] !== "table" || shots[0]!.ids![at] !== id) return [];
      const [px, py, pz] = pointAt(shots[1]!, at);
      const gap = Math.hypot(px - shadow[0], py - shadow[1]);
      if (Math.abs(pz) > 0.002 || gap > 0.012) return [];
      return [shots[1]!.rgba![4 * at + 1]! - shots[0]!.rgba![4 * at + 1]!];
    });
    expect(darker.length).toBeGreaterThan(3);
    expect(Math.min(...darker)).toBeGreaterThan(8);
  });

  it.each(["navigate", "climb", "box-move"])("show the world of %s through all its cameras", async (name) => {
    const { kind, objects, last } = await worldOf(name, 5);
    const rig = createComputedRig({ kind, objects });
    for (const picture of await rig.render(last, EVERYTHING)) {
      const seen = new Set(Array.from(picture.ids!, (id) => rig.labels[id]));
      expect(seen).toContain("table");
      expect(picture.depth!.some((depth) => depth < 8)).toBe(true);
      expect(new Set(picture.rgba).size).toBeGreaterThan(30);
      expect(picture.depth!.every((depth) => depth > 0)).toBe(true);
    }
  });

  it("refuse what they do not know, by name", async () => {
    const { kind, objects, last } = await worldOf("lift", 0);
    const rig = createComputedRig({ kind, objects });
    await expect(rig.render(last, { which: ["rear"] })).rejects.toThrow(
      'recorded cameras: must be among front, wrist, got "rear"',
    );
    await expect(rig.render(last, { size: { width: 0, height: 10 } })).rejects.toThrow(
      "recorded cameras: width must be an integer from 1 to 4096, got 0",
    );
  });
});
