/**
 * Every state of the recorder and every cue, in the real page: caused by keys and by faults, said in words, of a shape
 * that is told apart in grey, and pictured (`STUDIO_PICTURES=folder` keeps `state-NAME.png` and `cue-NAME.png`).
 */
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, inBrowser } from "../browser.js";
import { driveBy, fine, furnish, inPhase, type Studio, startStudio } from "./rig.js";

const LONG = 900_000;
/** Software graphics on a busy machine need minutes for what a person waits seconds for. */
const PATIENCE = 120_000;
/** where pictures go: a folder of one's own choice, else one that the system clears */
const PICTURES = process.env["STUDIO_PICTURES"] ?? mkdtempSync(join(tmpdir(), "apprentice-states-"));
/** mean levels of grey, of 255, by which shapes differ at least where they are told apart */
const APART = 6;

/** A card on its way: the middles of what it flew from and to, and of it at both ends, px; levels of red on it. */
interface Flight {
  readonly begins: readonly number[];
  readonly from: readonly number[];
  readonly ends: readonly number[];
  readonly to: readonly number[];
  readonly reds: readonly number[];
}

/** What a gamepad was shaken with: its heavy motor and its light one, 0 to 1, for ms; and what was to be heard. */
interface Felt {
  readonly shakes: readonly (readonly [number, number, number])[];
  readonly sounds: readonly ("tone" | "rustle")[];
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe.skipIf(CHROMIUM === null)(inBrowser("states and cues"), () => {
  let studio: Studio;
  /** decodes pictures */
  let decoder: Page;
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    studio = await startStudio((folder) => furnish(folder, 2));
    decoder = await studio.browser.newPage();
  }, LONG);
  // What a test leaves open would keep its set from the next one. What failed is pictured as it stood.
  afterEach(async ({ task }) => {
    for (const context of studio.browser.contexts()) {
      if (context === decoder.context()) continue;
      const [page] = context.pages();
      if (task.result?.state === "fail" && page !== undefined)
        await picture(page, `failed-${task.name.slice(0, 24)}`).catch(() => null);
      await context.close();
    }
  });
  afterAll(async () => {
    await studio?.close();
  });

  /** Drive with a task, ready, the scene focused; keys move along the world's axes. */
  const open = async (task: string): Promise<Page> => {
    const { page } = await studio.open(`?task=${task}`, {
      viewport: { width: 1440, height: 900 },
      colorScheme: "dark",
    });
    page.setDefaultTimeout(PATIENCE);
    await inPhase(page, "ready", PATIENCE);
    await page.waitForSelector(".views");
    await page.focus("#stage");
    await page.keyboard.press("KeyF");
    return page;
  };
  const close = (page: Page): Promise<void> => page.context().close();
  const picture = (page: Page, name: string): Promise<Buffer> =>
    page.screenshot({ path: join(PICTURES, `${name}.png`) });
  /** The same when nothing moves any more, as fine as the screen. */
  const still = async (page: Page, name: string): Promise<void> => {
    await fine(page);
    await picture(page, name);
  };
  const words = (page: Page): Promise<string | null> => page.textContent(".deck .phase");
  const pin = (page: Page, says: RegExp): Locator => page.locator(".pin", { hasText: says });
  /** Holds keys until something is seen; the caller lets go. */
  const press = async (page: Page, keys: readonly string[], seen: Locator): Promise<void> => {
    for (const key of keys) await page.keyboard.down(key);
    await seen.first().waitFor({ timeout: PATIENCE });
  };
  const letGo = async (page: Page, keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.up(key);
  };
  const holdUntil = async (page: Page, keys: readonly string[], seen: Locator): Promise<void> => {
    await press(page, keys, seen);
    await letGo(page, keys);
  };

  /** Slow enough for a picture every half second: what is passed is seen. */
  const slowly = async (page: Page): Promise<void> => {
    for (const _ of [1, 2]) await page.keyboard.press("Minus");
    await page.locator(".speed b", { hasText: "20 mm/s" }).waitFor();
  };

  /** The levels of grey of a part of a picture, row by row. */
  const greys = async (png: Buffer, area: Area): Promise<number[]> =>
    decoder.evaluate(
      async ([text, { x, y, width, height }]) => {
        const image = new Image();
        image.src = `data:image/png;base64,${text}`;
        await image.decode();
        const context = new OffscreenCanvas(width, height).getContext("2d")!;
        context.drawImage(image, -x, -y);
        const { data } = context.getImageData(0, 0, width, height);
        return Array.from({ length: data.length / 4 }, (_, i) =>
          Math.round(0.2126 * data[4 * i]! + 0.7152 * data[4 * i + 1]! + 0.0722 * data[4 * i + 2]!),
        );
      },
      [png.toString("base64"), area] as const,
    );
  const areaOf = async (page: Page, selector: string): Promise<Area> => {
    const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
    return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
  };
  const greyOf = async (page: Page, selector: string): Promise<number[]> =>
    greys(await page.screenshot(), await areaOf(page, selector));
  /** Mean difference of two shapes in grey. */
  const between = (a: readonly number[], b: readonly number[]): number =>
    a.length === b.length
      ? a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length
      : Number.POSITIVE_INFINITY;
  /** How many pixels of the scene's middle differ clearly in grey. */
  const changed = (a: readonly number[], b: readonly number[]): number =>
    a.filter((value, i) => Math.abs(value - b[i]!) > 24).length;
  const middle = (page: Page): Promise<number[]> => greyOf(page, ".free");
  /** Shapes that must be told apart without colour. */
  const toldApart = (shapes: ReadonlyMap<string, readonly number[]>): string[] => {
    const all = [...shapes];
    return all.flatMap(([a, one], i) =>
      all.slice(i + 1).flatMap(([b, other]) => {
        const gap = between(one, other);
        return gap < APART ? [`${a} and ${b}: ${gap.toFixed(1)}`] : [];
      }),
    );
  };
  /** The thread that simulates. */
  const simulation = (page: Page) =>
    page.workers().find((each) => /simulation|worker\.browser/.test(each.url()))!;
  /** Keeps that thread busy for `busy` ms at a time, over and over, for `ms` in all. */
  const stall = (page: Page, busy: number, ms: number): Promise<void> =>
    simulation(page).evaluate(
      async ([span, all]) => {
        for (const end = performance.now() + all; performance.now() < end; ) {
          for (const until = performance.now() + span; performance.now() < until; );
          await new Promise((resolve) => setTimeout(resolve, 12));
        }
      },
      [busy, ms] as const,
    );

  it("has a shape and words for every phase of a take", { timeout: LONG }, async () => {
    const page = await open("pick-place");
    const shapes = new Map<string, number[]>();
    /** Its words, its picture and its shape; what is over before the picture is there is caused `again`. */
    const state = async (name: string, says: RegExp, again?: () => Promise<void>): Promise<void> => {
      for (;;) {
        expect(await words(page)).toMatch(says);
        const area = await areaOf(page, ".deck .record");
        const png = await picture(page, `state-${name}`);
        shapes.set(name, await greys(png, area));
        if (says.test((await words(page)) ?? "")) return;
        if (again === undefined) throw new Error(`${name} was over before its picture was there`);
        await again();
      }
    };
    await still(page, "state-ready");
    await state("ready", /^Ready for take 1$/);

    const arm = async (): Promise<void> => {
      await page.keyboard.press("KeyR");
      await inPhase(page, "armed");
    };
    await arm();
    await state("armed", /^Starts when you move$/, async () => {
      await page.keyboard.press("Delete");
      await inPhase(page, "thrown-away");
      await page.keyboard.press("KeyR");
      await inPhase(page, "ready");
      await arm();
    });

    await driveBy(page, ["KeyE"], 4);
    await inPhase(page, "recording");
    await state("recording", /^Recording take 1$/);
    expect(await page.locator(".picture .rec:visible").count()).toBe(2);
    await driveBy(page, ["KeyA"], 8);

    await page.keyboard.press("KeyR");
    await inPhase(page, "paused");
    await state("paused", /^Paused · R to go on$/);

    /** Where on the timeline the take ends, as it is seen now, px, and chevrons behind it. */
    const ends = (): Promise<{ head: number; chevrons: string }> =>
      page.evaluate(() => {
        const part = (name: string) => document.querySelector(`.timeline .${name}`)!;
        return {
          head: part("head").getBoundingClientRect().x,
          chevrons: getComputedStyle(part("undone")).opacity,
        };
      });
    const before = await ends();
    expect(before.chevrons).toBe("0");
    await page.keyboard.down("Backspace");
    await inPhase(page, "rewinding");
    await state("rewinding", /^Going back · \d+\.\d s$/);
    expect((await ends()).head).toBeLessThan(before.head - 10);
    expect(Number((await ends()).chevrons)).toBeGreaterThan(0.5);
    await page.keyboard.up("Backspace");
    await inPhase(page, "paused");
    await page.getByRole("button", { name: "Bring back" }).click();

    await page.focus("#stage");
    await page.keyboard.press("Enter");
    await inPhase(page, "review");
    await state("review", /^Take ended\. Keep it\?$/);

    await page.keyboard.press("Delete");
    await inPhase(page, "thrown-away");
    await state("thrown-away", /^Thrown away · Undo$/);
    await page.keyboard.press("KeyZ");
    await inPhase(page, "review");

    await page.keyboard.press("KeyR");
    await inPhase(page, "recording");
    await page.keyboard.press("Escape");
    await inPhase(page, "stopped");
    await state("stopped", /^Stopped\. Robot holds\.$/);
    expect(await page.locator(".stopped-frame").count()).toBe(1);
    expect(await page.locator(".deck .primary:visible, .top .primary:visible").allTextContents()).toEqual([
      "Resume",
    ]);
    await page.getByRole("button", { name: "Resume" }).click();
    await inPhase(page, "paused");

    // A disk that takes its time.
    await page.context().route("**/*", async (route) => {
      if (route.request().method() !== "GET") await new Promise((resolve) => setTimeout(resolve, 1500));
      await route.continue();
    });
    await page.focus("#stage");
    await page.keyboard.press("Enter");
    await inPhase(page, "review");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.deck[data-shown="kept"]');
    await state("kept", /^Take 1 kept$/);
    await page.context().unrouteAll({ behavior: "wait" });
    await page.waitForSelector('.deck[data-shown="ready"]');

    // A layout is set out quickly, and is said to be for 0.3 s.
    const another = async (): Promise<void> => {
      await page.waitForSelector('.deck[data-shown="ready"]');
      await page.focus("#stage");
      await page.keyboard.press("KeyN");
      await page.waitForSelector('.deck[data-shown="resetting"]', { timeout: 2000 }).catch(another);
    };
    // A picture may come too late for that: then it shows a hollow circle again.
    for (let seen = false; !seen; ) {
      await another();
      const said = await words(page);
      const area = await areaOf(page, ".deck .record");
      const shape = await greys(await picture(page, "state-resetting"), area);
      const layout = /\d+/.exec((await page.textContent(".set-up .end")) ?? "")?.[0];
      seen = said === `Setting out layout ${layout}` && between(shape, shapes.get("ready")!) >= APART;
      shapes.set("resetting", shape);
    }
    expect(toldApart(shapes)).toEqual([]);
  });

  it("lets a kept take's card fly to its place with its picture, where there is one and motion is not to be spared", {
    timeout: LONG,
  }, async () => {
    const page = await open("can");
    /**
     * Where flying cards began and ended, and what they flew from and to, measured at both ends of their way; their
     * pictures; and how many films the page's thread has drawn.
     */
    await page.evaluate(() => {
      const made = { films: 0 };
      const Plain = Worker;
      globalThis.Worker = class extends Plain {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(url, options);
          if (/film\.worker/.test(String(url)))
            this.addEventListener("message", ({ data }) => {
              if (data.jpeg !== null) setTimeout(() => made.films++);
            });
        }
      };
      const middle = (element: Element | null | undefined): number[] => {
        const { x, y, width, height } = element!.getBoundingClientRect();
        return [x + width / 2, y + height / 2];
      };
      const flights: Flight[] = [];
      /** the levels of red of a picture, some of them */
      const redsOf = async (url: string): Promise<number[]> => {
        const image = new Image();
        image.src = url;
        await image.decode();
        const context = new OffscreenCanvas(16, 10).getContext("2d")!;
        context.drawImage(image, 0, 0, 16, 10);
        return [...context.getImageData(0, 0, 16, 10).data].filter((_, i) => i % 4 === 0);
      };
      Object.assign(globalThis, { flights, made });
      new MutationObserver((changes) => {
        for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
          if (!(node instanceof HTMLElement) || !node.classList.contains("flying")) continue;
          const [flight] = node.getAnimations();
          flight!.pause();
          flight!.currentTime = 0;
          const begins = middle(node);
          flight!.currentTime = Number(flight!.effect!.getComputedTiming().endTime) - 1;
          const ends = middle(node);
          const list = document.querySelector(".takes li:first-child")!;
          const seen = list.getBoundingClientRect().width > 0;
          const place = seen ? list : document.querySelector(".rail button:last-child");
          const flown = {
            begins,
            from: middle(document.querySelector(".deck .recorder")),
            ends,
            to: middle(place),
            reds: [] as number[],
          };
          flights.push(flown);
          const { backgroundImage } = node.querySelector<HTMLElement>(".thumbnail")!.style;
          void redsOf(backgroundImage.slice('url("'.length, -'")'.length)).then((reds) => {
            flown.reds = reds;
          });
          // On its way until its picture is there.
          flight!.currentTime = 120;
        }
      }).observe(document.body, { childList: true });
    });
    const flights = () => page.evaluate(() => (globalThis as unknown as { flights: Flight[] }).flights);
    const made = () => page.evaluate(() => (globalThis as unknown as { made: { films: number } }).made.films);
    const keep = async (take: number, flies: boolean): Promise<void> => {
      await page.focus("#stage");
      await page.keyboard.press("KeyR");
      const before = await made();
      await driveBy(page, ["KeyE"], 4);
      await inPhase(page, "recording");
      await page.keyboard.press("Enter");
      await inPhase(page, "review");
      // A busy machine takes its time for it.
      await expect.poll(made, { timeout: PATIENCE }).toBe(before + 1);
      await page.keyboard.press("Enter");
      await page.waitForSelector(`.takes li:nth-child(${take})`, { state: "attached" });
      if (flies) {
        const card = page.locator(".flying");
        await card.waitFor();
        await picture(page, `state-kept-flies-${take}`);
        await card.evaluate((flying) => flying.getAnimations()[0]!.play());
        await card.waitFor({ state: "detached" });
      }
      await page.waitForSelector('.deck[data-shown="ready"]');
    };
    const near = (a: readonly number[], b: readonly number[]): boolean =>
      Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!) < 3;
    await keep(1, true);
    await page.setViewportSize({ width: 1024, height: 768 });
    await keep(2, true);
    const flown = await flights();
    for (const { reds } of flown) expect(Math.max(...reds) - Math.min(...reds)).toBeGreaterThan(100);
    expect(flown.map(({ begins, from, ends, to }) => [near(begins, from), near(ends, to)])).toEqual([
      [true, true],
      [true, true],
    ]);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await keep(3, false);
    expect(await flights()).toHaveLength(2);
  });

  it("says who drives: a policy, then you", { timeout: LONG }, async () => {
    const page = await open("lift");
    const shapes = new Map<string, number[]>([["you", await greyOf(page, ".driver .dot")]]);
    const go = (screen: string): Promise<void> =>
      page.evaluate((hash) => {
        location.hash = hash;
      }, `#/${screen}`);
    /** The policy drives until it is done, or its time is over. */
    const drive = async (): Promise<void> => {
      await go("rollouts");
      await page.getByRole("button", { name: "Drive and record" }).click();
      await go("drive");
      await page.locator(".driver.policy").waitFor();
    };
    const throwAway = async (): Promise<void> => {
      await page.getByRole("button", { name: "Throw away" }).click();
      await page.focus("#stage");
      await page.keyboard.press("KeyN");
      await inPhase(page, "ready");
    };
    const colour = (): Promise<string | undefined> =>
      page.evaluate(() => document.documentElement.dataset["driver"]);
    for (let caught = false; !caught; ) {
      await drive();
      expect(await page.textContent(".driver")).toBe("Policy is driving · T to take over");
      expect(await colour()).toBe("policy");
      const area = await areaOf(page, ".driver .dot");
      shapes.set("policy", await greys(await picture(page, "state-policy-drives"), area));
      caught = (await page.locator('.deck[data-phase="recording"]').count()) > 0;
      await throwAway();
    }
    // Whoever is too late for it tries again.
    for (let taken = false; !taken; ) {
      await drive();
      await page.focus("#stage");
      await page.keyboard.press("KeyT");
      const mine = page.locator(".driver.taken");
      await mine.or(page.locator('.deck[data-phase="review"]')).first().waitFor();
      taken = (await mine.count()) > 0;
      if (!taken) await throwAway();
    }
    expect(await page.textContent(".driver")).toBe("You have it · T hands back");
    // The badge flashes for a moment.
    await page
      .locator(".driver.taken")
      .evaluate((badge) => Promise.all(badge.getAnimations().map(({ finished }) => finished)));
    const area = await areaOf(page, ".driver .dot");
    shapes.set("taken over", await greys(await picture(page, "state-you-took-over"), area));
    expect(await colour()).toBe("you");
    // When it has ended nobody drives on, wherever one looks: it is decided upon.
    await page.keyboard.press("Enter");
    await inPhase(page, "review");
    expect(await page.textContent(".driver")).toBe("You are driving");
    await go("rollouts");
    await page.locator(".rollout-deck .phase", { hasText: /Keep it/ }).waitFor();
    await page.getByRole("button", { name: "Keep take" }).waitFor();
    expect(toldApart(shapes)).toEqual([]);
  });

  it("warns before a joint's limit; at it the ghost parts from the arm", { timeout: LONG }, async () => {
    const page = await open("stack");
    await slowly(page);
    await holdUntil(page, ["KeyS"], pin(page, /^J4 \d° from limit$/));
    await still(page, "cue-near-limit");
    expect(await page.locator(".joint.near").count()).toBeGreaterThan(0);
    await press(page, ["KeyS"], pin(page, /^J4 at limit, turn back$/));
    await fine(page);
    await picture(page, "cue-at-limit");
    const parted = await middle(page);
    await letGo(page, ["KeyS"]);
    await expect
      .poll(async () => changed(parted, await middle(page)), { timeout: PATIENCE })
      .toBeGreaterThan(400);
    expect(await pin(page, /^J4 at limit, turn back$/).count()).toBe(1);
  });

  it("shows where the arm ends, and where it can hardly move", { timeout: LONG }, async () => {
    const page = await open("stack");
    await holdUntil(page, ["KeyQ"], pin(page, /^(4[3-9]|5\d|60)\d mm up$/));
    await press(page, ["KeyW"], pin(page, /^Too far: [67]\d\d mm is the reach$/));
    await fine(page);
    await picture(page, "cue-unreachable");
    const surface = await middle(page);
    await letGo(page, ["KeyW"]);
    await pin(page, /^Too far/).waitFor({ state: "detached" });
    await fine(page);
    expect(changed(surface, await middle(page))).toBeGreaterThan(150);
    await close(page);

    const near = await open("stack");
    await slowly(near);
    await holdUntil(near, ["KeyS"], pin(near, /^J4 \d° from limit$/));
    await holdUntil(near, ["KeyE"], pin(near, /^One way is nearly blocked here$/));
    await still(near, "cue-singular");
  });

  it("shows a joint's limit and where the arm ends for arms other than the usual one", {
    timeout: LONG,
  }, async () => {
    /** On until the arm is too short; pictured there, and how much of the scene that changes. */
    const farthest = async (page: Page, name: string, keys: readonly string[]): Promise<void> => {
      const far = pin(page, /^Too far: \d\d\d mm is the reach$/);
      await press(page, keys, far);
      await fine(page);
      await picture(page, `cue-unreachable-${name}`);
      const surface = await middle(page);
      await letGo(page, keys);
      await far.waitFor({ state: "detached" });
      await fine(page);
      expect(changed(surface, await middle(page))).toBeGreaterThan(100);
    };
    const edge = /^Edge of the workspace$/;
    const ur5e = await open("lift&robot=ur5e");
    await holdUntil(ur5e, ["KeyQ"], pin(ur5e, edge));
    await farthest(ur5e, "ur5e", ["KeyW"]);
    await close(ur5e);

    const small = await open("lift&robot=so101");
    await slowly(small);
    await holdUntil(small, ["KeyQ"], pin(small, /^J4 \d° from limit$/));
    await still(small, "cue-near-limit-so101");
    // Only as high as it goes is the wrist's limit met before the edge.
    await holdUntil(small, ["KeyQ"], pin(small, edge));
    await holdUntil(small, ["KeyW"], pin(small, /^J4 at limit, turn back$/));
    await farthest(small, "so101", ["KeyW", "KeyA"]);
    await close(small);

    const carried = await open("box-move");
    await carried.keyboard.press("KeyB");
    await holdUntil(carried, ["KeyQ"], pin(carried, edge));
    await farthest(carried, "mobile-panda", ["KeyW", "KeyA"]);
    // Of three cameras, too, a phone shows one that can be made out.
    await carried.setViewportSize({ width: 390, height: 844 });
    const [shown, ...others] = await carried.locator(".pictures > .picture:visible").all();
    expect(others).toHaveLength(0);
    expect((await shown!.boundingBox())!.width).toBeGreaterThan(60);
  });

  it("shows the edge of the workspace, and that a camera has lost the gripper", {
    timeout: LONG,
  }, async () => {
    const page = await open("stack");
    await holdUntil(page, ["KeyW"], pin(page, /^Edge of the workspace$/));
    await still(page, "cue-edge");
    await close(page);

    // From the edge up the arm would be too short before it is out of sight.
    const up = await open("stack");
    const seen = await greyOf(up, ".pictures > .picture:first-child");
    await holdUntil(up, ["KeyQ"], up.locator(".pictures > .unseen"));
    await still(up, "cue-out-of-view");
    expect(await up.textContent(".cameras .foot")).toBe("Front camera cannot see the gripper");
    expect(await up.locator(".unseen .towards:visible").count()).toBe(1);
    expect(changed(seen, await greyOf(up, ".pictures > .picture:first-child"))).toBeGreaterThan(150);
  });

  /** Lays a gamepad beside the keyboard; what it was shaken with, and what was to be heard. */
  const feel = async (page: Page): Promise<() => Promise<Felt>> => {
    await page.evaluate(() => {
      const felt: { shakes: number[][]; sounds: string[] } = { shakes: [], sounds: [] };
      const vibrationActuator = {
        playEffect: async (
          _: string,
          { strongMagnitude, weakMagnitude, duration }: GamepadEffectParameters,
        ) => felt.shakes.push([strongMagnitude!, weakMagnitude!, duration!]),
      };
      const buttons = Array.from({ length: 17 }, () => ({ pressed: false, touched: false, value: 0 }));
      const pad = { mapping: "standard", axes: [0, 0, 0, 0], buttons, vibrationActuator };
      Object.defineProperty(navigator, "getGamepads", { value: () => [pad] });
      const { start } = AudioScheduledSourceNode.prototype;
      AudioScheduledSourceNode.prototype.start = function (...when) {
        felt.sounds.push("tone");
        start.apply(this, when);
      };
      // A buffer's source has one of its own.
      const rustle = AudioBufferSourceNode.prototype.start;
      AudioBufferSourceNode.prototype.start = function (...when) {
        felt.sounds.push("rustle");
        rustle.apply(this, when);
      };
      Object.assign(globalThis, { felt });
    });
    return () => page.evaluate(() => (globalThis as unknown as { felt: Felt }).felt);
  };

  it("tells touch from hit, to the ear and to the hand, too; what from whom, and how far the command is ahead", {
    timeout: LONG,
  }, async () => {
    const page = await open("drawer");
    const felt = await feel(page);
    await page.keyboard.press("KeyR");
    await holdUntil(page, ["KeyA"], pin(page, /^Edge of the workspace$/));
    await press(page, ["KeyE"], pin(page, /^(Gripper|Hand) hit cabinet, \d+ N$/));
    await pin(page, /^Commanded \d+ mm ahead$/).waitFor();
    await letGo(page, ["KeyE"]);
    expect((await felt()).shakes).toContainEqual([1, 1, 120]);
    expect((await felt()).sounds).toContain("tone");
    await still(page, "cue-collision");
    await picture(page, "cue-lag");
    await page.keyboard.press("Enter");
    await inPhase(page, "review");
    await page.keyboard.press("Enter");
    await page.waitForSelector('.deck[data-shown="kept"]');
    await inPhase(page, "ready");
    const file = join(studio.folder, "drawer", "meta", "apprentice-events", "000000.json");
    const { events } = JSON.parse(readFileSync(file, "utf8")) as {
      events: { what: string; detail: string }[];
    };
    expect(events).toContainEqual(expect.objectContaining({ what: "collision", detail: "gripper cabinet" }));
    expect(events).toContainEqual(expect.objectContaining({ what: "lag" }));
    await close(page);

    const gentle = await open("drawer");
    const touched = await feel(gentle);
    await slowly(gentle);
    await holdUntil(gentle, ["KeyE"], pin(gentle, /^[3-9]\d mm up$/));
    // A third of a millimetre at a time: one more would be a hit.
    const touch = pin(gentle, /^\d+\.\d N contact$/);
    await gentle.keyboard.down("ShiftLeft");
    while ((await touch.count()) === 0) await gentle.keyboard.press("KeyE", { delay: 60 });
    await gentle.keyboard.up("ShiftLeft");
    await still(gentle, "cue-contact");
    expect(await gentle.textContent(".contact b")).toMatch(/^\d+\.\d N$/);
    const { shakes, sounds } = await touched();
    const [heavy, light, ms] = shakes[0]!;
    expect([heavy, ms, sounds.includes("rustle")]).toEqual([0, 120, true]);
    expect(light).toBeGreaterThan(0.5 / 40);
    expect(light).toBeLessThan(1);
  });

  it("notices a thread that is late, that is silent, and frames that are dropped", {
    timeout: LONG,
  }, async () => {
    const page = await open("sort");
    await fine(page);
    /** A picture while something is seen; where that is over before the picture is there, longer. */
    const during = async (
      name: string,
      seen: Locator,
      cause: (ms: number) => Promise<unknown>,
    ): Promise<void> => {
      for (let ms = 8000; ; ms *= 2) {
        const caused = cause(ms);
        await seen.first().waitFor();
        await picture(page, name);
        const caught = (await seen.count()) > 0;
        await caused;
        if (caught) return;
      }
    };
    const late = page.locator(".delay.warn .guilty, .delay.danger .guilty", { hasText: /^Wait \d+$/ });
    await during("cue-delay", late, (ms) => stall(page, 150, ms));

    const silence = page.locator(".stale", { hasText: /No news for \d+\.\d s; command held/ });
    const dated = silence.filter({ hasText: /Last pose from \d\d:\d\d:\d\d\.\d/ });
    await during("cue-stale", dated, async (ms) => {
      const silent = stall(page, ms, ms);
      await dated.waitFor();
      expect(
        await page.evaluate(() => getComputedStyle(document.querySelector(".stage canvas")!).filter),
      ).toBe("saturate(0.4)");
      await silent;
    });
    await silence.waitFor({ state: "detached" });

    await page.focus("#stage");
    await page.keyboard.press("KeyR");
    await inPhase(page, "recording");
    const dropped = page.locator(".cameras .foot", { hasText: /^\d+\.\d of 20 Hz, \d+ dropped$/ });
    await during("cue-dropped-frames", dropped, (ms) => stall(page, 220, ms));
  });

  it("says so when the thread that simulates could not be loaded", { timeout: LONG }, async () => {
    const context = await studio.browser.newContext({ locale: "en-GB" });
    await context.route(/worker\.browser-[^/]+\.js$/, (route) => route.abort());
    const page = await context.newPage();
    await page.goto(studio.url);
    const toast = page.locator(".toast", { hasText: "the thread could not be started" });
    await toast.waitFor({ timeout: PATIENCE });
    expect(await toast.getByRole("button").textContent()).toBe("Reload the page");
    await context.close();
  });

  it("rings the block that the first lesson is about", { timeout: LONG }, async () => {
    const page = await open("stack");
    await page.locator(".lesson").waitFor();
    await still(page, "cue-lesson");
    /** mm to the block */
    const left = async (): Promise<number> =>
      Number.parseFloat((await page.textContent(".steps .now .end"))?.replace("−", "-") ?? "");
    const reached = page.locator(".lesson b", { hasText: /^Space closes/ });
    // As a person does: along one axis after the other, while it comes nearer; on the table it does not any more.
    await slowly(page);
    for (let turn = 0; turn < 12 && (await reached.count()) === 0; turn++)
      for (const key of ["KeyW", "KeyS", "KeyA", "KeyD", "KeyE"]) {
        let [nearest, idle] = [await left(), 0];
        await page.keyboard.down(key);
        for (let now = nearest; now <= nearest + 1 && idle < 8; idle++) {
          if (now < nearest) [nearest, idle] = [now, 0];
          await page.waitForTimeout(200);
          if ((await reached.count()) > 0) break;
          now = await left();
        }
        await page.keyboard.up(key);
        if ((await reached.count()) > 0) break;
      }
    await reached.waitFor();
    await still(page, "cue-lesson-reached");
  });
});
