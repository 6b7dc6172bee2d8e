/**
 * Every built-in arm in a real browser with software graphics, as it looks and as it would if nothing were known of it
 * but its kinematic tree: that pictures contain it where kinematics says, that it stands on its table, what it costs.
 */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ARM_ROBOTS,
  armRobotByName,
  invert,
  type Pose,
  rotate,
  transformPoint,
  type Vec3,
} from "../../core/index.js";
import type { ViewState } from "../../sim/view/index.js";
import { CHROMIUM, inBrowser, launchBrowser, type TestBrowser } from "../browser.js";
import type { House, armPoints as Points } from "./page.js";

const ENTRY = fileURLToPath(new URL("page.ts", import.meta.url));
const SEED = 11;
const SIZE = { width: 160, height: 160 };

type Picture = Awaited<ReturnType<House["pictures"]>>[number];

declare const house: House;

describe.skipIf(CHROMIUM === null)(inBrowser("pictures of every arm"), () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser?.close());

  const seen = async (page: Page, state: ViewState): Promise<readonly [Picture, Picture]> => {
    const found = await page.evaluate(
      ([s, size]) => house.pictures("rig", s, { size, channels: ["depth", "ids"] }),
      [state, SIZE] as const,
    );
    return found as unknown as readonly [Picture, Picture];
  };

  for (const { name } of ARM_ROBOTS)
    for (const bare of [false, true]) {
      const called = bare ? `${name} of which only the tree is known` : name;

      it(`shows ${called} where its joints and its pads are, standing on the table`, async () => {
        const page = await browser.page(ENTRY, { width: 480, height: 320 });
        const state = await page.evaluate(([robot, seed, b]) => house.openArm(robot, "dark", seed, b), [
          name,
          SEED,
          bare,
        ] as const);
        const labels = await page.evaluate(() => house.labels("rig"));
        const points: ReturnType<typeof Points> = await page.evaluate(
          (robot) => house.armPoints(robot),
          name,
        );
        const [front, wrist] = await seen(page, state);
        const label = (picture: Picture, at: number): string => labels[picture.ids![at]!]!;

        // What is at a joint's origin is the arm, or something nearer hides it.
        let visible = 0;
        for (const point of points.joints) {
          const { at, depth } = pixelOf(front, point);
          if (at === null) continue;
          visible++;
          expect(front.depth![at]!).toBeLessThan(depth + 0.01);
          expect(label(front, at)).toBe("robot");
        }
        expect(visible).toBeGreaterThanOrEqual(2);

        // It stands on the table: nothing of it is below, and its foot comes down to it.
        const body = Array.from(front.ids!).flatMap((id, at) =>
          labels[id] === "robot" ? [pointAt(front, at, front.depth![at]!)] : [],
        );
        expect(body.length).toBeGreaterThan(0.03 * SIZE.width * SIZE.height);
        const lowest = Math.min(...body.map(([, , z]) => z));
        expect(lowest).toBeGreaterThan(-0.005);
        expect(lowest).toBeLessThan(0.03);

        // Both jaws are seen past the hand's own camera, and the cubes that the arm can take.
        const jaws = (side: 1 | -1): number =>
          Array.from(wrist.ids!).filter((id, at) => {
            if (labels[id] !== "robot") return false;
            const [, y] = transformPoint(invert(points.tool), pointAt(wrist, at, wrist.depth![at]!));
            return side * y > 0;
          }).length;
        for (const side of [1, -1] as const) expect(jaws(side)).toBeGreaterThan(60);
        const cubes = new Set(
          [...front.ids!].map((id) => labels[id]!).filter((each) => each.endsWith("cube")),
        );
        expect(cubes.size).toBe(Object.keys(state.objects).length);
        await page.context().close();
      });
    }

  for (const { name } of ARM_ROBOTS)
    it(`closes the gripper of ${name} on what is as wide as it says`, async () => {
      const page = await browser.page(ENTRY, { width: 480, height: 320 });
      const open = await page.evaluate(([robot, seed]) => house.openArm(robot, "light", seed, false), [
        name,
        SEED,
      ] as const);
      const labels = await page.evaluate(() => house.labels("rig"));
      const { tool } = await page.evaluate((robot) => house.armPoints(robot), name);
      const { gripper } = armRobotByName(name);
      const middle = gripper.kind === "parallel" ? 0 : gripper.drive.face + 0.02;
      for (const width of [0.04, 0.06]) {
        const [, wrist] = await seen(page, { ...open, objects: {}, gripperWidth: width });
        // Faces of the pads near their ends (a jaw's is nearer further up), seen from the hand's camera.
        const across = Array.from(wrist.ids!).flatMap((id, at) => {
          if (labels[id] !== "robot") return [];
          const point = transformPoint(invert(tool), pointAt(wrist, at, wrist.depth![at]!));
          return point[2] > 0.002 && point[2] < 0.012 && Math.abs(point[0]) < 0.012
            ? [point[1] - middle]
            : [];
        });
        const left = Math.max(...across.filter((y) => y < 0));
        const right = Math.min(...across.filter((y) => y > 0));
        expect(right - left).toBeGreaterThan(width - 0.006);
        expect(right - left).toBeLessThan(width + 0.012);
      }
      await page.context().close();
    });

  it("stays within 120 draw calls and 250,000 triangles with every arm, with cues and cameras on", async () => {
    for (const { name } of ARM_ROBOTS) {
      const page = await browser.page(ENTRY, { width: 480, height: 320 });
      const cost = await page.evaluate(
        async ([robot, seed]) => {
          const state = house.openArm(robot, "dark", seed, false);
          const view = house.view();
          view.setCues({
            plumb: [0.2, 0, 0.1],
            reach: { tool: [0.2, 0, 0.1], yaw: 0, arm: true, faces: [] },
            nearLimit: [1],
          });
          view.setGhost({
            tool: { position: [0.2, 0.1, 0.2], orientation: [1, 0, 0, 0] },
            gripperWidth: 0.05,
          });
          view.setInsets([
            { camera: "front", area: { x: 300, y: 10, width: 80, height: 60 } },
            { camera: "wrist", area: { x: 300, y: 80, width: 80, height: 60 } },
          ]);
          await house.settled();
          let most = view.statistics();
          for (let i = 0; i < 4; i++) {
            view.update({ ...state, joints: Array.from(state.joints, (q) => q + 0.01 * i) });
            const now = await house.settled();
            if (now.calls > most.calls) most = now;
          }
          return most;
        },
        [name, SEED] as const,
      );
      expect(cost.calls).toBeGreaterThan(25);
      expect(cost.calls).toBeLessThanOrEqual(120);
      expect(cost.triangles).toBeLessThanOrEqual(250_000);
      await page.context().close();
    }
  });
});

/** Where a point of the world is in a picture; null outside. */
function pixelOf(picture: Picture, point: Vec3): { at: number | null; depth: number } {
  const { intrinsics: k, worldFromCamera } = picture;
  const [x, y, z] = transformPoint(invert(worldFromCamera), point);
  const [u, v] = [Math.round((k.fx * x) / z + k.cx), Math.round((k.fy * y) / z + k.cy)];
  const inside = u >= 0 && v >= 0 && u < k.width && v < k.height;
  return { at: inside ? v * k.width + u : null, depth: z };
}

/** The point of the world at a pixel. */
function pointAt({ intrinsics: k, worldFromCamera }: Picture, at: number, depth: number): Vec3 {
  const [u, v] = [at % k.width, Math.floor(at / k.width)];
  const ray = rotate((worldFromCamera as Pose).orientation, [(u - k.cx) / k.fx, (v - k.cy) / k.fy, 1]);
  return worldFromCamera.position.map((value, i) => value + depth * ray[i]!) as unknown as Vec3;
}
