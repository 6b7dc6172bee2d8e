/** The page's export with camera videos: drawn and encoded in the browser, read by ffmpeg, as the command line draws. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPainter } from "../../cli/cameras/painter.js";
import {
  beginTake,
  createDataset,
  type Episode,
  folderStore,
  openDataset,
} from "../../datasets/index.node.js";
import { taskByName } from "../../sim/index.js";
import { ENDLESS, restage } from "../../teleop/index.js";
import { CHROMIUM, inBrowser } from "../browser.js";
import { decode, FFMPEG, withFfmpeg } from "../datasets/clips.js";
import { type Studio, startStudio } from "./rig.js";

const LIFT = taskByName("lift");
const SIDE = 224;
const FRAMES = 4;
/** ms: the page beside it is drawn in software too */
const PATIENCE = 240_000;

describe.skipIf(CHROMIUM === null || !FFMPEG)(withFfmpeg(inBrowser("the export with camera videos")), () => {
  let studio: Studio;
  let episode: Episode;

  beforeAll(async () => {
    studio = await startStudio();
    const environment = await LIFT.create();
    environment.reset(50);
    const take = beginTake(environment, { seed: 50, linger: 0 });
    for (let frame = 0; frame < FRAMES; frame++) {
      const observation = environment.observe();
      const command = Float32Array.of(0.45, 0.03 * frame, 0.3, 0, 0.08);
      environment.step(command);
      take.add(observation, command, environment.outcome());
    }
    episode = take.finish("lift it", "teleop:keyboard");
    const writer = await createDataset(folderStore(join(studio.folder, "lift")), {
      contract: environment.contract,
    });
    await writer.append(episode);
    await writer.close();
    environment.free();
  });
  afterAll(async () => studio?.close());

  it(
    "gives a zip, and the set with videos lies beside the first",
    async () => {
      const { page, errors } = await studio.open("?task=lift#/episodes");
      const button = page.getByRole("button", { name: "Zip with camera videos" });
      await button.waitFor({ timeout: PATIENCE });
      const arrived = page.waitForEvent("download", { timeout: PATIENCE });
      await button.click({ timeout: PATIENCE });
      expect((await arrived).suggestedFilename()).toBe("lift-cameras.zip");
      await button.waitFor();
      expect(errors).toEqual([]);
      await page.context().close();

      const store = folderStore(join(studio.folder, "lift-cameras"));
      const reader = await openDataset(store);
      expect(await reader.episode(0)).toEqual(episode);
      expect(reader.cameras.map(({ key, width, kind }) => [key, width, kind])).toEqual([
        ["observation.images.front", SIDE, "colour"],
        ["observation.images.wrist", SIDE, "colour"],
      ]);
      const environment = await LIFT.create({ horizon: ENDLESS });
      const scene = restage(environment, episode, null, "it");
      environment.free();
      const painter = await openPainter();
      try {
        const size = SIDE * SIDE * 4;
        const films = await Promise.all(
          reader.cameras.map(async ({ key }) => decode(await store.read(reader.video(0, key).path), "rgba")),
        );
        for (const { pixels, times } of films) {
          expect(pixels.length).toBe(FRAMES * size);
          expect(times).toEqual(Array.from({ length: FRAMES }, (_, k) => expect.closeTo(k / reader.fps, 6)));
        }
        const request = { which: ["front", "wrist"], size: { width: SIDE, height: SIDE } };
        await painter.draw(scene, { ...request, channels: ["colour"] }, async (frame, pictures) => {
          for (const [i, { rgba }] of pictures.entries()) {
            const found = films[i]!.pixels.subarray(frame * size, (frame + 1) * size);
            const gaps = Array.from(rgba!, (value, at) => found[at]! - value);
            expect(gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / size).toBeLessThan(5);
            for (let c = 0; c < 3; c++) {
              const shift =
                gaps.filter((_, at) => at % 4 === c).reduce((sum, gap) => sum + gap, 0) / SIDE ** 2;
              expect(Math.abs(shift)).toBeLessThan(2);
            }
          }
        });
      } finally {
        await painter.close();
      }
    },
    2 * PATIENCE,
  );
});
