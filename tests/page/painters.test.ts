/**
 * Who draws on the command line: threads of the processor, or graphics through a Chromium (here in software). Frames come
 * in order, and it is the same picture, whoever drew it.
 */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openGraphicsPainter } from "../../cli/cameras/graphics-painter.js";
import { type OwnPainter, openPainter } from "../../cli/cameras/painter.js";
import { taskByName } from "../../sim/index.js";
import { type ViewState, viewStateOf } from "../../sim/view/index.js";
import type { Drawn, DrawRequest } from "../../teleop/index.js";
import { CHROMIUM, inBrowser } from "../browser.js";

const SCRIPT = fileURLToPath(new URL("../../dist/painter/page.js", import.meta.url));
const REQUEST: DrawRequest = {
  which: ["front", "wrist"],
  size: { width: 96, height: 96 },
  channels: ["colour", "depth", "ids"],
};

/** States along a script of lift. */
async function sceneOf(frames: number) {
  const task = taskByName("lift");
  const environment = await task.create();
  environment.reset(200_002);
  const script = task.demonstrator(200_002);
  const { objects } = environment.scene();
  const states: ViewState[] = [];
  for (let i = 0; i < frames; i++) {
    states.push(viewStateOf(environment.scene(), environment.robotState!()));
    environment.step(script.act(environment));
  }
  environment.free();
  return { kind: "tabletop", objects, states } as const;
}

async function drawnBy(painter: OwnPainter, scene: Awaited<ReturnType<typeof sceneOf>>): Promise<Drawn[][]> {
  const drawn: Drawn[][] = [];
  try {
    await painter.draw(scene, REQUEST, async (frame, pictures) => {
      expect(frame).toBe(drawn.length);
      drawn.push(
        pictures.map(({ camera, rgba, depth, ids }) => ({
          camera,
          rgba: rgba!.slice(),
          depth: depth!.slice(),
          ids: ids!.slice(),
        })),
      );
    });
  } finally {
    await painter.close();
  }
  return drawn;
}

describe("who draws on the command line", () => {
  it("is any number of threads: the same frames in the same order, to the bit", async () => {
    const scene = await sceneOf(23);
    const one = await drawnBy(await openPainter({ threads: 1 }), scene);
    const three = await drawnBy(await openPainter({ threads: 3 }), scene);
    expect(one.length).toBe(23);
    expect(three).toEqual(one);
    expect(one[0]![1]!.rgba).not.toEqual(one[22]![1]!.rgba);
  });

  it("says why it cannot, and goes on with the next scene", async () => {
    const scene = await sceneOf(3);
    const painter = await openPainter({ threads: 2 });
    const broken = { ...scene, states: scene.states.map((state) => ({ ...state, joints: [0, 0] })) };
    await expect(painter.draw(broken, REQUEST, async () => undefined)).rejects.toThrow(
      "state to draw: must have 7 joints, got 2",
    );
    expect((await drawnBy(painter, scene)).length).toBe(3);
  });

  it.skipIf(CHROMIUM === null)(inBrowser("is graphics: the same pictures to a grey level"), async () => {
    const scene = await sceneOf(4);
    const graphics = await drawnBy(await openGraphicsPainter({ software: true, script: SCRIPT }), scene);
    const computed = await drawnBy(await openPainter(), scene);
    expect(computed.length).toBe(graphics.length);
    for (const [k, pictures] of graphics.entries())
      for (const [i, picture] of pictures.entries()) {
        const other = computed[k]![i]!;
        const gaps = Array.from(picture.rgba!, (value, at) => Math.abs(value - other.rgba![at]!));
        expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeLessThan(1);
        expect(gaps.filter((gap) => gap > 8).length / gaps.length).toBeLessThan(0.001);
        const strange = Array.from(picture.ids!).filter((id, at) => id !== other.ids![at]);
        expect(strange.length / picture.ids!.length).toBeLessThan(0.001);
      }
  });
});
