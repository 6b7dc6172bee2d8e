/**
 * Two arms that face each other, in a real browser with software graphics: each is drawn where its own kinematics puts it,
 * and each wrist camera looks between its own fingers.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invert, transformPoint, type Vec3 } from "../../core/index.js";
import { CHROMIUM, inBrowser, launchBrowser, type TestBrowser } from "../browser.js";
import type { House } from "./page.js";

const ENTRY = fileURLToPath(new URL("page.ts", import.meta.url));
const TOOLS: readonly [Vec3, Vec3] = [
  [0.45, 0.16, 0.15],
  [0.55, -0.2, 0.25],
];
/** Where pictures go for whoever wants to look at them. */
const FOLDER = process.env["VIEW_PICTURES"];

type Picture = Awaited<ReturnType<House["pictures"]>>[number];

declare const house: House;

/** Whether the label at a point of the world, or beside it, is this one. */
function shows({ intrinsics, worldFromCamera, ids }: Picture, labels: readonly string[], at: Vec3): string[] {
  const [x, y, z] = transformPoint(invert(worldFromCamera), at);
  const { fx, fy, cx, cy, width } = intrinsics;
  const [u, v] = [Math.round((fx * x) / z + cx), Math.round((fy * y) / z + cy)];
  return [-1, 0, 1].flatMap((du) => [-1, 0, 1].map((dv) => labels[ids![(v + dv) * width + u + du]!]!));
}

describe.skipIf(CHROMIUM === null)(inBrowser("pictures of two arms"), () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser?.close());

  it("show both, from between them and from either wrist, and stay within what a picture may cost", async () => {
    const page = await browser.page(ENTRY, { width: 640, height: 420 });
    const state = await page.evaluate((tools) => house.openTwoArms("light", tools), TOOLS);
    const labels = await page.evaluate(() => house.labels("rig"));
    const request = { size: { width: 160, height: 160 }, channels: ["depth", "ids"] } as const;
    const found = (await page.evaluate(([s, r]) => house.pictures("rig", s, r), [
      state,
      request,
    ] as const)) as unknown as Picture[];
    expect(found.map(({ camera }) => camera)).toEqual(["front", "left_wrist", "right_wrist"]);
    const [front, left, right] = found as [Picture, Picture, Picture];
    // The flanges are 10 cm above the tools, the blocks between the fingers.
    for (const [x, y, z] of TOOLS) expect(shows(front, labels, [x, y, z + 0.1])).toContain("robot");
    expect(shows(left, labels, TOOLS[0])).toContain("left_block");
    expect(shows(right, labels, TOOLS[1])).toContain("right_block");
    const cost = await page.evaluate(async () => {
      await house.settled();
      const { calls, triangles } = house.view().statistics();
      return { calls, triangles, presets: house.view().camera.presets };
    });
    expect(cost.calls).toBeLessThanOrEqual(120);
    expect(cost.triangles).toBeLessThanOrEqual(250_000);
    if (FOLDER !== undefined)
      for (const preset of cost.presets) {
        await page.evaluate(async (name) => {
          house.view().camera.preset(name);
          await house.settled();
        }, preset);
        writeFileSync(`${FOLDER}/two-arms-${preset}.png`, await page.screenshot());
      }
    await page.context().close();
  });
});
