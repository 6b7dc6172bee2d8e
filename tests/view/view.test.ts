/**
 * Pictures of a world in a real browser with software graphics: what the recorded cameras see against geometry
 * computed here, that pictures depend on their state alone, and what a view costs.
 */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Appearance, invert, type Pose, rotate, transformPoint, type Vec3 } from "../../core/index.js";
import type {
  CameraPicture,
  CameraRequest,
  Cues,
  Theme,
  ViewState,
  WorldKind,
} from "../../sim/view/index.js";
import { CHROMIUM, inBrowser, launchBrowser, type TestBrowser } from "../browser.js";
import { expectAlike as expectComputed } from "./alike.js";
import type { House } from "./page.js";

const ENTRY = fileURLToPath(new URL("page.ts", import.meta.url));
const SEED = 11;
const TOOL: Vec3 = [0.42, 0.05, 0.3];

type Numbers = Omit<CameraPicture, "rgba" | "depth" | "ids"> & {
  readonly rgba: number[];
  readonly depth: number[];
  readonly ids: number[];
};

declare const house: House;

describe.skipIf(CHROMIUM === null)(inBrowser("pictures of a world"), () => {
  let browser: TestBrowser;
  let page: Page;

  const open = async (kind: WorldKind, theme: Theme): Promise<Page> => {
    const next = await browser.page(ENTRY, { width: 480, height: 320 });
    await next.evaluate(([k, t, seed]) => house.open(k, t, seed), [kind, theme, SEED] as const);
    await next.evaluate(
      ([k, seed, tool]) =>
        house
          .view()
          .update(
            k === "tabletop"
              ? house.tableState(seed, tool)
              : k === "room"
                ? house.roomWorld(seed).state
                : house.courseWorld(seed).state,
          ),
      [kind, SEED, TOOL] as const,
    );
    return next;
  };
  const stateOf = (tool: Vec3 = TOOL, width = 0.08): Promise<ViewState> =>
    page.evaluate(
      ([seed, at, opening]) => {
        const state = house.tableState(seed, at, 0, opening);
        return { ...state, joints: Array.from(state.joints) };
      },
      [SEED, tool, width] as const,
    );
  const pictures = async (
    state: ViewState,
    request: CameraRequest,
    from: "view" | "rig" | "computed" = "view",
    on = page,
  ): Promise<Numbers[]> =>
    (await on.evaluate(([f, s, r]) => house.pictures(f, s, r), [from, state, request] as const)) as never;
  const all: CameraRequest = { size: { width: 160, height: 120 }, channels: ["colour", "depth", "ids"] };

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await open("tabletop", "dark");
    await page.evaluate((seed) => house.rig("tabletop", seed), SEED);
  });
  afterAll(async () => browser?.close());

  it("shows every object where geometry says, in its colour, as far away as it is", async () => {
    const state = await stateOf();
    const labels = await page.evaluate(() => house.labels("view"));
    const [front] = await pictures(state, { ...all, which: ["front"] });
    for (const [id, pose] of Object.entries(state.objects)) {
      const centre: Vec3 = id.endsWith("cube")
        ? transformPoint(pose, [0, 0, 0.0199])
        : transformPoint(pose, [0, 0, 0.0004]);
      const { at } = pixelOf(front!, centre);
      expect(labels[front!.ids[at]!]).toBe(id);
      // The top of a block and the floor of a tray are level.
      expect(Math.abs(pointAt(front!, at, front!.depth[at]!)[2] - centre[2])).toBeLessThan(0.001);
      const [r, g, b] = front!.rgba.slice(4 * at, 4 * at + 3) as [number, number, number];
      if (id === "red_cube") expect(r).toBeGreaterThan(1.7 * Math.max(g, b));
      if (id === "green_cube") expect(g).toBeGreaterThan(1.2 * Math.max(r, b));
      if (id === "blue_cube") expect(b).toBeGreaterThan(1.4 * Math.max(r, g));
      if (id === "yellow_cube") expect(Math.min(r, g)).toBeGreaterThan(1.7 * b);
    }
  });

  it("knows in an ids picture the robot, the table, every object and nothing else", async () => {
    const state = await stateOf();
    const labels = await page.evaluate(() => house.labels("view"));
    expect(labels.slice(0, 3)).toEqual(["background", "robot", "table"]);
    expect(labels.slice(3).sort()).toEqual(Object.keys(state.objects).sort());
    const [front] = await pictures(state, { ...all, which: ["front"] });
    expect([...new Set(front!.ids)].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
  });

  it("measures the table to within a millimetre at every pixel, and nothing beyond it", async () => {
    const state = await stateOf([0.5, 0, 0.45]);
    const labels = await page.evaluate(() => house.labels("view"));
    for (const picture of await pictures(state, all)) {
      let seen = 0;
      picture.ids.forEach((id, at) => {
        const depth = picture.depth[at]!;
        if (labels[id] === "background" && depth > 3) expect(depth).toBe(Number.POSITIVE_INFINITY);
        if (labels[id] !== "table") return;
        const point = pointAt(picture, at, depth);
        const onTop = point[0] > -0.05 && point[0] < 1.05 && Math.abs(point[1]) < 0.65 && point[2] > -0.02;
        if (!onTop) return;
        seen++;
        // The mat's top is the plane z = 0; the wood lies its thickness lower.
        expect(Math.min(Math.abs(point[2]), Math.abs(point[2] + 0.0015))).toBeLessThan(0.001);
      });
      expect(seen).toBeGreaterThan(2000);
    }
  });

  it("sees both pads and what is between them through the wrist camera", async () => {
    const state = await stateOf([0.5, 0, 0.1], 0.04);
    const held = { ...state.objects, red_cube: { ...state.objects["red_cube"]!, position: [0.5, 0, 0.1] } };
    const [wrist] = await pictures({ ...state, objects: held as never }, { ...all, which: ["wrist"] });
    const labels = await page.evaluate(() => house.labels("view"));
    const share = (label: string) =>
      wrist!.ids.filter((id) => labels[id] === label).length / wrist!.ids.length;
    expect(share("red_cube")).toBeGreaterThan(0.04);
    expect(share("robot")).toBeGreaterThan(0.03);
    expect(share("table")).toBeGreaterThan(0.3);
    const { at } = pixelOf(wrist!, [0.5, 0, 0.115]);
    expect(labels[wrist!.ids[at]!]).toBe("red_cube");
  });

  it("records the same picture whoever drives, whatever the theme and whatever the page draws over it", async () => {
    const state = await stateOf();
    const request: CameraRequest = { size: { width: 96, height: 96 } };
    const plain = await pictures(state, request);
    await page.evaluate(() => {
      const view = house.view();
      view.setTheme("light");
      view.setDriver("policy");
      view.setCues({
        nearLimit: [3],
        collided: ["robot", "left_bin"],
        stopped: true,
        reach: { tool: [0.6, 0.44, 0.2], yaw: 0, arm: true, faces: [[1, 1]] },
        plumb: [0.45, 0, 0.2],
        forces: [{ point: [0.5, 0, 0.1], direction: [0, 0, 1], newtons: 9 }],
      });
      view.setGhost({ tool: { position: [0.5, 0.1, 0.3], orientation: [1, 0, 0, 0] }, gripperWidth: 0.05 });
      view.setTrail([
        [0.4, 0, 0.2],
        [0.5, 0, 0.2],
      ]);
      view.setGizmo({ position: [0.5, 0, 0.2], orientation: [0, 0, 0, 1] });
    });
    const dressed = await pictures(state, request);
    await page.evaluate(() => {
      const view = house.view();
      view.setTheme("dark");
      view.setCues({});
      view.setGhost(null);
      view.setTrail([]);
      view.setGizmo(null);
    });
    expect(plain[0]!.rgba).not.toEqual(plain[1]!.rgba);
    for (const [i, picture] of plain.entries()) expect(dressed[i]!.rgba).toEqual(picture.rgba);
  });

  it("draws every cue in a shape that is seen in grey, and nothing of it when it is over", async () => {
    const own = await open("tabletop", "dark");
    const greys = (): Promise<number[]> =>
      own.evaluate(async () => {
        await house.settled();
        const { width, height } = house.canvas();
        const context = new OffscreenCanvas(width, height).getContext("2d")!;
        house.view().invalidate();
        await new Promise(requestAnimationFrame);
        context.drawImage(house.canvas(), 0, 0);
        const { data } = context.getImageData(0, 0, width, height);
        return Array.from({ length: width * height }, (_, i) =>
          Math.round(0.2126 * data[4 * i]! + 0.7152 * data[4 * i + 1]! + 0.0722 * data[4 * i + 2]!),
        );
      });
    const changed = (a: readonly number[], b: readonly number[]): number =>
      a.filter((value, i) => Math.abs(value - b[i]!) > 16).length;
    const plain = await greys();
    expect(new Set(plain).size).toBeGreaterThan(50);
    const cues: Readonly<Record<string, Cues>> = {
      contact: { forces: [{ point: TOOL, direction: [0, 0, 1], newtons: 10 }] },
      collision: { collided: ["panda_link5", "left_bin"] },
      reach: { reach: { tool: [0.62, 0.3, 0.45], yaw: 0, arm: true, faces: [] } },
      edge: { reach: { tool: [0.5, 0.45, 0.2], yaw: 0, arm: false, faces: [[1, 1]] } },
      aim: { ring: { at: [0.5, 0, 0], radius: 0.05, reached: false } },
      reached: { ring: { at: [0.5, 0, 0], radius: 0.05, reached: true } },
    };
    const seen: Record<string, number> = {};
    for (const [name, cue] of Object.entries(cues)) {
      await own.evaluate((each) => house.view().setCues(each), cue);
      seen[name] = changed(plain, await greys());
    }
    await own.evaluate((tool) => {
      house.view().setCues({});
      const [x, y, z] = tool;
      const pose = { position: [x - 0.045, y, z], orientation: [1, 0, 0, 0] } as const;
      house.view().setGhost({ tool: pose, gripperWidth: 0.08 });
    }, TOOL);
    seen["ghost"] = changed(plain, await greys());
    await own.evaluate(() => house.view().setGhost(null));
    const after = changed(plain, await greys());
    await own.close();
    console.log(`pixels of ${plain.length} that change in grey: ${JSON.stringify(seen)}`);
    expect(after).toBe(0);
    for (const [name, pixels] of Object.entries(seen)) expect([name, pixels > 20]).toEqual([name, true]);
  });

  /** Within a grey level in the mean, all but one of a thousand values within eight. */
  const expectAlike = (found: Numbers, picture: Numbers) => {
    const gaps = picture.rgba.map((value, k) => Math.abs(value - found.rgba[k]!));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeLessThan(1);
    expect(gaps.filter((gap) => gap > 8).length / gaps.length).toBeLessThan(0.001);
  };

  it("shows a ghost in the colour of whoever drives: teal a person, violet a policy", async () => {
    const own = await open("tabletop", "dark");
    const mean = await own.evaluate(async ([x, y, z]) => {
      const view = house.view();
      const drawn = async (): Promise<Uint8ClampedArray> => {
        await house.settled();
        const { width, height } = house.canvas();
        const context = new OffscreenCanvas(width, height).getContext("2d")!;
        view.invalidate();
        await new Promise(requestAnimationFrame);
        context.drawImage(house.canvas(), 0, 0);
        return context.getImageData(0, 0, width, height).data;
      };
      /** what the ghost adds, by channel */
      const ghost = async (driver: "you" | "policy"): Promise<number[]> => {
        view.setDriver(driver);
        const without = await drawn();
        view.setGhost({
          tool: { position: [x - 0.1, y, z], orientation: [1, 0, 0, 0] },
          gripperWidth: 0.08,
        });
        const ghostly = await drawn();
        view.setGhost(null);
        return [0, 1, 2].map((k) => {
          let sum = 0;
          for (let i = k; i < ghostly.length; i += 4) sum += Math.max(0, ghostly[i]! - without[i]!);
          return sum;
        });
      };
      return { you: await ghost("you"), policy: await ghost("policy") };
    }, TOOL);
    await own.close();
    const [r, g, b] = mean.you as [number, number, number];
    expect(g).toBeGreaterThan(1.5 * r);
    expect(g).toBeGreaterThan(b);
    const [violetR, violetG, violetB] = mean.policy as [number, number, number];
    expect(violetB).toBeGreaterThan(1.2 * violetG);
    expect(violetR).toBeGreaterThan(violetG);
  });

  it("lets the ring of a joint that comes to its limit swell once, and then rests", async () => {
    const own = await browser.page(ENTRY, { width: 320, height: 240 });
    const seen = await own.evaluate(
      async ([seed, tool]) => {
        house.open("tabletop", "light", seed, null, "high", 50);
        const view = house.view();
        view.update(house.tableState(seed, tool));
        view.setCues({ nearLimit: [1, 3] });
        await house.settled();
        /** null where nothing was drawn in this frame */
        const picture = (): Uint8ClampedArray | null => {
          const { width, height } = house.canvas();
          const context = new OffscreenCanvas(width, height).getContext("2d")!;
          context.drawImage(house.canvas(), 0, 0);
          const { data } = context.getImageData(0, 0, width, height);
          return data[3] === 0 ? null : data;
        };
        view.invalidate();
        await new Promise(requestAnimationFrame);
        const before = picture();
        /** how many numbers of the picture differ clearly */
        const changed = (now: Uint8ClampedArray): number =>
          now.filter((value, i) => Math.abs(value - before![i]!) > 8).length;
        view.setCues({ nearLimit: [1, 3], atLimit: [3] });
        const swelling: number[] = [];
        for (let still = 0; still < 10; still++) {
          await new Promise(requestAnimationFrame);
          const now = picture();
          if (now === null) continue;
          swelling.push(changed(now));
          still = 0;
        }
        const { frames } = view.statistics();
        await new Promise((resolve) => setTimeout(resolve, 300));
        const rest = view.statistics().frames - frames;
        // A cue of another kind comes: the joint is where it was.
        view.setCues({ nearLimit: [1, 3], atLimit: [3], collided: ["nothing"] });
        await new Promise(requestAnimationFrame);
        return { swelling, rest, again: changed(picture()!) };
      },
      [SEED, TOOL] as const,
    );
    await own.close();
    console.log(`numbers that a swelling ring changes, frame by frame: ${seen.swelling.join(" ")}`);
    expect(seen.swelling.length).toBeGreaterThan(8);
    expect(Math.max(...seen.swelling)).toBeGreaterThan(10);
    expect(seen.swelling.at(-1)).toBe(0);
    expect(seen.rest).toBe(0);
    // It does not begin again while the joint stays there.
    expect(seen.again).toBe(0);
  });

  it("records on a page and headless the same picture, to a grey level", async () => {
    const state = await stateOf();
    const shown = await pictures(state, all);
    const headless = await pictures(state, all, "rig");
    for (const [i, picture] of shown.entries()) {
      expectAlike(headless[i]!, picture);
      expect(headless[i]!.ids).toEqual(picture.ids);
    }
  });

  it("records without graphics the picture that graphics draw, whatever its size and its light", async () => {
    const state = await stateOf([0.5, 0, 0.12], 0.03);
    const drawn: Appearance = {
      light: { key: 0.7, rest: 1.2, turn: 0.6 },
      colours: { red_cube: [0.6, 1.2, 1], table: [1.1, 0.9, 0.9], background: [0.8, 1, 1] },
      cameras: { front: { shift: [0.02, 0, 0.03], turn: [0, 0, 0.1], view: 1.05 } },
    };
    for (const [appearance, size] of [
      [null, { width: 224, height: 224 }],
      [null, { width: 96, height: 96 }],
      [drawn, { width: 160, height: 120 }],
    ] as const) {
      await page.evaluate(([looks, seed]) => house.appear(looks, seed), [appearance, SEED] as const);
      for (const gaps of await page.evaluate(([at, pixels]) => house.gaps(at, pixels), [
        state,
        size,
      ] as const))
        expectComputed(gaps, `${gaps.camera} of ${size.width} × ${size.height}`);
    }
    await page.evaluate((seed) => house.appear(null, seed), SEED);
  });

  it("shows light, colours and cameras as they were drawn, and without them what it showed before, to the bit", async () => {
    const state = await stateOf();
    const request = { ...all, which: ["front"] };
    const picture = async (appearance: Appearance | null) => {
      await page.evaluate(([drawn, seed]) => house.appear(drawn, seed), [appearance, SEED] as const);
      return (await pictures(state, request, "rig"))[0]!;
    };
    const light = { key: 1, rest: 1, turn: 0 };
    const usual = (await pictures(state, request, "rig"))[0]!;
    const mean = ({ rgba }: Numbers, which: (at: number) => boolean, k: number): number => {
      const seen = usual.ids.flatMap((_, at) => (which(at) ? [rgba[4 * at + k]!] : []));
      return seen.reduce((sum, value) => sum + value, 0) / seen.length;
    };
    const labels = await page.evaluate(() => house.labels("rig"));
    const shows = (label: string) => (at: number) => labels[usual.ids[at]!] === label;

    const dim = await picture({ light: { ...light, key: 0.5, rest: 0.5 }, colours: {}, cameras: {} });
    expect(mean(dim, shows("table"), 1)).toBeLessThan(0.85 * mean(usual, shows("table"), 1));
    expect([dim.depth, dim.ids]).toEqual([usual.depth, usual.ids]);

    const painted = await picture({ light, colours: { green_cube: [2, 0.3, 1] }, cameras: {} });
    expect(mean(painted, shows("green_cube"), 1)).toBeLessThan(0.8 * mean(usual, shows("green_cube"), 1));
    // Only the cube is painted; smooth edges mix it with what is around it.
    expect(mean(painted, shows("red_cube"), 0)).toBeCloseTo(mean(usual, shows("red_cube"), 0), 0);

    // What lay in the shade of the key light is lit, and the other way round.
    const turned = await picture({ light: { ...light, turn: 1.5 }, colours: {}, cameras: {} });
    expect(turned.rgba.filter((value, i) => Math.abs(value - usual.rgba[i]!) > 20).length).toBeGreaterThan(
      300,
    );

    const shift: Vec3 = [0.03, -0.02, 0.05];
    const cameras = { front: { shift, turn: [0, 0, 0.1] as const, view: 1.1 } };
    const moved = await picture({ light, colours: {}, cameras });
    const off = transformPoint(invert(usual.worldFromCamera), moved.worldFromCamera.position);
    for (const k of [0, 1, 2]) expect(off[k]).toBeCloseTo(shift[k]!, 9);
    expect(moved.intrinsics.fy).toBeLessThan(0.93 * usual.intrinsics.fy);
    // It still measures the world, from where it stands now.
    const { at } = pixelOf(moved, transformPoint(state.objects["red_cube"]!, [0, 0, 0.0199]));
    expect(labels[moved.ids[at]!]).toBe("red_cube");
    expect(Math.abs(pointAt(moved, at, moved.depth[at]!)[2] - 0.0399)).toBeLessThan(0.001);

    expect(await picture(null)).toEqual(usual);
  });

  it("draws a recorded state without losing the one it shows", async () => {
    const [now, then] = [await stateOf(), await stateOf([0.6, -0.1, 0.2])];
    const request: CameraRequest = { which: ["front"], size: { width: 96, height: 96 } };
    await page.evaluate((state) => house.view().update(state), now);
    const pick = () =>
      page.evaluate(() => {
        const { x, y } = house.view().project([0.42, 0.05, 0.35]);
        return house.view().pick(x, y)?.id;
      });
    const before = await pick();
    const [first] = await pictures(now, request);
    const [other] = await pictures(then, request);
    const [again] = await pictures(now, request);
    expect(other!.rgba).not.toEqual(first!.rgba);
    expect(other!.time).toBe(then.time);
    expect(again!.rgba).toEqual(first!.rgba);
    expect(before).toBe("robot");
    expect(await pick()).toBe("robot");
  });

  it("finds on the screen what it has drawn there", async () => {
    await page.evaluate((state) => house.view().update(state), await stateOf());
    const found = await page.evaluate(() => {
      const view = house.view();
      const { pose } = { pose: house.tableState(11, [0.42, 0.05, 0.3]).objects["red_cube"]! };
      const at = view.project(pose.position);
      const ray = view.ray(at.x, at.y);
      view.setGizmo({ position: [0.42, 0.05, 0.3], orientation: [0, 0, 0, 1] });
      const hub = view.project([0.42, 0.05, 0.3]);
      const handles = [view.pickGizmo(hub.x, hub.y), view.pickGizmo(2, 2)];
      view.setGizmo(null);
      return { pick: view.pick(at.x, at.y), sky: view.pick(1, 1), at, ray, position: pose.position, handles };
    });
    expect(found.pick?.id).toBe("red_cube");
    expect(found.sky).toBeNull();
    expect(found.handles).toEqual(["move-view", null]);
    // The line of sight passes through the point that was projected.
    const { origin, direction } = found.ray;
    const along = found.position.map((value, k) => value - origin[k]!) as [number, number, number];
    const reach = Math.hypot(...along);
    along.forEach((value, k) => {
      expect(value / reach).toBeCloseTo(direction[k]!, 4);
    });
  });

  it("draws nothing while nothing moves, and one frame for one change", async () => {
    const frames = await page.evaluate(async () => {
      const before = (await house.settled()).frames;
      await new Promise((resolve) => setTimeout(resolve, 400));
      const paused = house.view().statistics().frames;
      house.view().update(house.tableState(11, [0.45, 0, 0.25]));
      house.view().setDriver("you");
      const after = (await house.settled()).frames;
      return { paused: paused - before, changed: after - paused };
    });
    expect(frames).toEqual({ paused: 0, changed: 1 });
  });

  it("is as fine as the screen once nothing moves, and coarse again with the next motion", async () => {
    const own = await browser.page(ENTRY, { width: 480, height: 320 });
    const seen = await own.evaluate(async () => {
      house.open("tabletop", "dark", 11, null, "low");
      const view = house.view();
      view.update(house.tableState(11, [0.42, 0.05, 0.3]));
      const canvas = document.querySelector("canvas")!;
      const until = async (holds: () => boolean) => {
        while (!holds()) await new Promise((resolve) => requestAnimationFrame(resolve));
        return canvas.width;
      };
      await until(() => view.statistics().fine);
      const before = view.statistics().frames;
      view.update(house.tableState(11, [0.45, 0.02, 0.25]));
      const coarse = await until(() => view.statistics().frames > before);
      const rest = await until(() => view.statistics().fine);
      const { frames } = view.statistics();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { coarse, rest, drawn: view.statistics().frames - frames, still: canvas.width };
    });
    await own.close();
    expect(seen.rest).toBe(480);
    expect(seen.coarse).toBeLessThanOrEqual(480 * 0.75);
    expect(seen).toMatchObject({ drawn: 0, still: 480 });
  });

  it("stays within 120 draw calls and 250,000 triangles with everything on", async () => {
    const cost = await page.evaluate(async () => {
      const view = house.view();
      view.setCues({
        plumb: [0.45, 0, 0.25],
        reach: { tool: [0.6, 0.44, 0.2], yaw: 0, arm: true, faces: [[1, 1]] },
        nearLimit: [1],
        ring: { at: [0.5, 0.1, 0], radius: 0.05, reached: true },
        forces: [0, 1, 2, 3].map(() => ({ point: [0.5, 0, 0.1], direction: [0, 0, 1], newtons: 3 })),
      });
      view.setGhost({ tool: { position: [0.5, 0.1, 0.3], orientation: [1, 0, 0, 0] }, gripperWidth: 0.05 });
      view.setTrail([
        [0.4, 0, 0.2],
        [0.5, 0, 0.2],
      ]);
      view.setGizmo({ position: [0.5, 0, 0.2], orientation: [0, 0, 0, 1] });
      view.setInsets([
        { camera: "front", area: { x: 300, y: 10, width: 80, height: 60 } },
        { camera: "wrist", area: { x: 300, y: 80, width: 80, height: 60 } },
      ]);
      await house.settled();
      let most = view.statistics();
      for (let i = 0; i < 4; i++) {
        view.update(house.tableState(11, [0.45, 0.01 * i, 0.25]));
        const now = await house.settled();
        if (now.calls > most.calls) most = now;
      }
      view.setInsets([]);
      view.setGizmo(null);
      view.setGhost(null);
      return most;
    });
    expect(cost.calls).toBeGreaterThan(30);
    expect(cost.calls).toBeLessThanOrEqual(120);
    expect(cost.triangles).toBeLessThanOrEqual(250_000);
  });

  it("comes back with the same picture after graphics were lost", async () => {
    const state = await stateOf();
    const request: CameraRequest = { which: ["front"], size: { width: 96, height: 96 } };
    const [before] = await pictures(state, request);
    const lost = await page.evaluate(async (lostState) => {
      const gl = house.canvas().getContext("webgl2")!;
      const extension = gl.getExtension("WEBGL_lose_context")!;
      const told = (event: string) =>
        new Promise((resolve) => house.canvas().addEventListener(event, resolve, { once: true }));
      const gone = told("webglcontextlost");
      extension.loseContext();
      await gone;
      const frames = house.view().statistics().frames;
      house.view().update(lostState);
      const refused = await house
        .view()
        .cameras.render(lostState)
        .then(
          () => "drawn",
          (error: Error) => error.message,
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
      const drawn = house.view().statistics().frames - frames;
      const back = told("webglcontextrestored");
      extension.restoreContext();
      await back;
      const after = await house.settled();
      return { refused, drawn, contexts: house.contexts(), later: after.frames - frames };
    }, state);
    expect(lost.refused).toBe("recorded cameras: graphics must not be lost");
    expect(lost.drawn).toBe(0);
    expect(lost.later).toBeGreaterThan(0);
    expect(lost.contexts).toEqual(["lost", "restored"]);
    const [after] = await pictures(state, request);
    expect(after!.rgba).toEqual(before!.rgba);
  });

  it("refuses what it does not know, by name", async () => {
    const messages = await page.evaluate(async () => {
      const view = house.view();
      const state = house.tableState(11, [0.45, 0, 0.25]);
      const say = async (action: () => unknown) => {
        try {
          await action();
          return "accepted";
        } catch (error) {
          return (error as Error).message;
        }
      };
      return [
        await say(() => view.cameras.render(state, { which: ["rear"] })),
        await say(() => view.cameras.render(state, { size: { width: 0, height: 10 } })),
        await say(() => view.update({ ...state, joints: [0, 0] })),
        await say(() => view.camera.preset("Moon")),
      ];
    });
    expect(messages).toEqual([
      'recorded cameras: must be among front, wrist, got "rear"',
      "recorded cameras: width must be an integer from 1 to 4096, got 0",
      "state to draw: must have 7 joints, got 2",
      'camera preset: must be one of Desk, Behind, Top, Side, Wrist, got "Moon"',
    ]);
  });

  it("shows a base in its room: on the map from above, and ahead from its mast", async () => {
    const room = await open("room", "light");
    const { state, labels } = await room.evaluate((seed) => {
      const { state } = house.roomWorld(seed);
      return { state, labels: house.labels("view") };
    }, SEED);
    const [front, map] = await pictures(state, all, "view", room);
    expect(front!.camera).toBe("front");
    const { at } = pixelOf(map!, transformPoint(state.base!, [-0.02, 0.12, 0.2]));
    expect(labels[map!.ids[at]!]).toBe("robot");
    const seen = new Set(map!.ids.map((id) => labels[id]!));
    for (let i = 1; i <= 6; i++) expect(seen).toContain(`obstacle_${i}`);
    expect(new Set(front!.ids.map((id) => labels[id]!))).toContain("table");
    await room.context().close();
  });

  it("shows a base half up its ramp: step, ramp and platform as high as they are, the platform ahead", async () => {
    const course = await open("course", "light");
    const { state, objects, labels } = await course.evaluate((seed) => {
      const { state, objects } = house.courseWorld(seed);
      return { state, objects, labels: house.labels("view") };
    }, SEED);
    const [front, map] = await pictures(state, all, "view", course);
    for (const { id, pose, size } of objects) {
      // Beside the middle, where no base and no mark stands; a ramp is half as high there.
      const top = id === "step" ? size[2] / 2 : 0;
      const point = transformPoint(pose, [0, 0.45, top]);
      const { at } = pixelOf(map!, point);
      if (id === "track") continue;
      expect(labels[map!.ids[at]!]).toBe(id);
      expect(Math.abs(pointAt(map!, at, map!.depth[at]!)[2] - point[2])).toBeLessThan(0.012);
    }
    const { at } = pixelOf(map!, transformPoint(state.base!, [0.2, 0.1, 0.42]));
    expect(labels[map!.ids[at]!]).toBe("robot");
    const ahead = new Set(front!.ids.map((id) => labels[id]!));
    for (const id of ["platform", "robot"]) expect(ahead).toContain(id);
    await course.context().close();
  });
});

/** Where a point of the world is in a picture, by the picture's own calibration. */
function pixelOf(picture: Numbers, point: Vec3): { at: number; depth: number } {
  const { intrinsics: k, worldFromCamera } = picture;
  const [x, y, z] = transformPoint(invert(worldFromCamera), point);
  const [u, v] = [Math.round((k.fx * x) / z + k.cx), Math.round((k.fy * y) / z + k.cy)];
  return { at: v * k.width + u, depth: z };
}

/** The point of the world at a pixel. */
function pointAt({ intrinsics: k, worldFromCamera }: Numbers, at: number, depth: number): Vec3 {
  const [u, v] = [at % k.width, Math.floor(at / k.width)];
  const ray = rotate((worldFromCamera as Pose).orientation, [(u - k.cx) / k.fx, (v - k.cy) / k.fy, 1]);
  return worldFromCamera.position.map((value, i) => value + depth * ray[i]!) as unknown as Vec3;
}
