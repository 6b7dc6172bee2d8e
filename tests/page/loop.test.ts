/** A stranger closes the loop in the real page: drives by keys, records, looks, trains, watches the policy. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderStore, openDataset, readEdits } from "../../datasets/index.node.js";
import { CHROMIUM, inBrowser } from "../browser.js";
import {
  atRest,
  driveBy,
  hold,
  inPhase,
  joints,
  type Studio,
  type StudioPage,
  startStudio,
  turned,
} from "./rig.js";

const LONG = 180_000;

describe.skipIf(CHROMIUM === null)(inBrowser("the studio page"), () => {
  let studio: Studio;
  let tab: StudioPage;

  beforeAll(async () => {
    studio = await startStudio();
    tab = await studio.open("?task=lift");
    await inPhase(tab.page, "ready", 60_000);
  }, LONG);
  afterAll(async () => {
    await studio?.close();
  });

  it("drives the arm by keys while the scene has the focus, and only then", { timeout: LONG }, async () => {
    const { page } = tab;
    await page.waitForSelector(".joint b", { state: "attached" });
    await page.focus(".language");
    // A robot that was just set out still settles.
    await atRest(page);
    const before = await joints(page);
    await hold(page, ["KeyW"], 500);
    await page.waitForTimeout(500);
    expect(turned(before, await joints(page))).toBeLessThan(0.3);
    await page.focus("#stage");
    await driveBy(page, ["KeyQ", "KeyW"], 3);
  });

  it("leads the arm by one joint after G: says which, how far it may go, and how to get back", {
    timeout: LONG,
  }, async () => {
    const { page } = tab;
    // On a small screen the card is folded away.
    const said = (says: string): Promise<unknown> =>
      page.locator(".card.input", { hasText: says }).waitFor({ state: "attached" });
    await page.focus("#stage");
    await page.keyboard.press("KeyG");
    await page.keyboard.press("KeyO");
    await said("J2 leads: the hand goes on pointing down");
    expect(await page.textContent(".led-joint .row")).toMatch(/^J2 at −?\d+\.\d°room −\d+\.\d° \+\d+\.\d°$/);
    expect(await page.textContent(".joint.led")).toMatch(/^J2/);
    expect(await page.textContent(".speed b")).toBe("14°/s");
    // The hand may still be on the way that it was driven before.
    await atRest(page);
    const before = await joints(page);
    const led = async (): Promise<number> => (await joints(page))[1]! - before[1]!;
    await page.keyboard.down("KeyL");
    while ((await led()) < 3) await page.waitForTimeout(50);
    await page.keyboard.up("KeyL");
    await atRest(page);
    expect(await led()).toBeGreaterThan(2.5);
    // Keys of the hand rest.
    const there = await joints(page);
    await hold(page, ["KeyW"], 500);
    expect(turned(there, await joints(page))).toBeLessThan(0.3);
    await page.keyboard.press("KeyF");
    await page.waitForSelector(".pads.arm", { state: "attached" });
    expect(await page.locator(".joint.led").count()).toBe(0);
  });

  it("stops on Escape from anywhere, and goes on only by the button", { timeout: LONG }, async () => {
    const { page } = tab;
    await page.focus(".language");
    await page.keyboard.press("Escape");
    await inPhase(page, "stopped");
    expect(await page.textContent(".deck .phase")).toContain("Robot holds");
    await page.getByRole("button", { name: "Resume" }).click();
    await inPhase(page, "ready");
  });

  it("records a take and keeps it in a LeRobot data set on disk", { timeout: LONG }, async () => {
    const { page } = tab;
    await page.focus("#stage");
    await page.keyboard.press("KeyR");
    await inPhase(page, "armed");
    await driveBy(page, ["KeyE"], 12);
    await inPhase(page, "recording");
    await driveBy(page, ["KeyA"], 12);
    await page.keyboard.press("Digit1");
    await page.keyboard.press("Enter");
    await inPhase(page, "review");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".deck .phase")?.textContent?.includes("take 2"));
    const reader = await openDataset(folderStore(join(studio.folder, "lift")));
    expect(reader.length).toBe(1);
    const episode = await reader.episode(0);
    expect(episode.length).toBeGreaterThan(10);
    expect(episode.meta.maker).toBe("teleop:keyboard");
    expect(episode.meta.success).toBe(true);
    const heights = Array.from({ length: episode.length }, (_, i) => episode.actions[5 * i + 2]!);
    expect(heights[0]! - Math.min(...heights)).toBeGreaterThan(0.02);
  });

  it("notes in the browser's timeline how quick it was", async () => {
    const noted = (name: string) =>
      tab.page.waitForFunction((each) => performance.getEntriesByName(each).length === 1, name);
    await noted("studio:drivable");
    await noted("studio:layout");
  });

  it("shows the take in Episodes, simulated again to where it ended", { timeout: LONG }, async () => {
    const { page } = tab;
    await page.goto(`${studio.url}?task=lift#/episodes/0`);
    await page.waitForSelector('.list [aria-current="true"]');
    await page.getByText("ends where it was recorded").waitFor({ timeout: 60_000 });
    expect(await page.textContent(".list .about")).toContain("teleop:keyboard");
    await page.waitForSelector(".charts .uplot");
  });

  it("excludes a take with undo, and remembers it when saved", { timeout: LONG }, async () => {
    const { page } = tab;
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await button("Exclude").click();
    await page.getByText("excluded").waitFor();
    await button("Undo").click();
    await page.getByText("excluded").waitFor({ state: "detached" });
    await button("Redo").click();
    await button("Save edits (1)").click();
    await button("Save edits (0)").waitFor();
    expect(existsSync(join(studio.folder, "lift", "meta", "apprentice-edits.json"))).toBe(true);
    await page.reload();
    await page.getByText("excluded").waitFor();
    await button("Include").click();
    await button("Save edits (1)").click();
    await button("Save edits (0)").waitFor();
  });

  it("trims and splits it at the playhead, by keys and by its ends; a zip carries what is saved", {
    timeout: LONG,
  }, async () => {
    const { page } = tab;
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    const about = page.locator(".list .about");
    const end = page.getByRole("slider", { name: "End of what is used" });
    const playhead = page.getByRole("slider", { name: "Time in the take" });
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await playhead.focus();
    await press("Home", "ArrowRight", "ArrowRight", "BracketLeft");
    await about.getByText("trimmed").waitFor();
    const last = Number(await end.getAttribute("aria-valuenow"));
    await end.focus();
    await press("ArrowLeft");
    expect(await end.getAttribute("aria-valuenow")).toBe(String(last - 1));
    // A drag of many moves is one edit.
    const scale = (await page.locator(".scale").boundingBox())!;
    const x = (frame: number): number => scale.x + (scale.width * frame) / last;
    const grip = (await end.boundingBox())!;
    const middle = grip.y + grip.height / 2;
    await page.mouse.move(grip.x + grip.width / 2, middle);
    await page.mouse.down();
    await page.mouse.move(x(last - 2), middle);
    await page.mouse.move(x(last - 3), middle);
    await page.mouse.up();
    expect(await end.getAttribute("aria-valuenow")).toBe(String(last - 3));
    await playhead.focus();
    await press("Home", ...Array.from({ length: 6 }, () => "ArrowRight"), "KeyS");
    await about.getByText("2 parts").waitFor();
    await press("Control+KeyZ");
    await about.getByText("trimmed").waitFor();
    await press("KeyS");
    await page.getByText("4 edits are not saved: a zip carries the saved ones only").waitFor();
    await button("Save edits (4)").click();
    await button("Save edits (0)").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), button("Export as zip").click()]);
    const zip = readFileSync(await download.path(), "latin1");
    expect(zip).toContain("lift/meta/apprentice-edits.json");
    const parts = {
      0: [
        { from: 2, to: 6 },
        { from: 6, to: last - 2 },
      ],
    };
    expect(await readEdits(folderStore(join(studio.folder, "lift")))).toMatchObject({ parts });
    expect(zip).toContain(`"to": ${last - 2}`);
    await page.reload();
    await about.getByText("2 parts").waitFor();
  });

  it("trains on it in the page; the policy then drives", { timeout: LONG }, async () => {
    const { page } = tab;
    await page.goto(`${studio.url}?task=lift#/train`);
    await page.getByText("1 take,").waitFor();
    await page.fill("#train-steps", "60");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page
      .getByText(/^Trained in/)
      .first()
      .waitFor({ timeout: 120_000 });
    await page.getByText("Step 60", { exact: true }).waitFor();
    expect(existsSync(join(studio.folder, "lift", "policies", "lift-flow-s0-60.onnx"))).toBe(true);
    await page.goto(`${studio.url}?task=lift#/rollouts`);
    await page.getByRole("button", { name: "Drive and record" }).click({ timeout: 60_000 });
    await page.getByText("Policy is driving").first().waitFor();
    await page.waitForTimeout(600);
    await page.focus("#stage");
    await page.keyboard.press("KeyT");
    await page.getByText("You have it").first().waitFor();
    await page.getByRole("button", { name: "End", exact: true }).click();
    await page.getByRole("button", { name: "Keep take" }).click();
    await inPhase(page, "review");
    await page.getByRole("button", { name: "Keep take" }).click();
    await inPhase(page, "ready");
    const reader = await openDataset(folderStore(join(studio.folder, "lift")));
    expect(reader.rows.at(-1)?.meta?.interventions.length).toBe(1);
  });

  it("goes on for one hand until a key, a stop or leaving the scene ends it, and remembers how", {
    timeout: LONG,
  }, async () => {
    const { page } = tab;
    const oneHand = page.getByLabel("One hand: keys go on until they are pressed again");
    const held = (name: string) => page.getByRole("button", { name, exact: true });
    const inSheet = async (choose: () => Promise<void>): Promise<void> => {
      await page.focus("#stage");
      await page.keyboard.press("Slash");
      await choose();
      await held("Close").click();
      await page.focus("#stage");
    };
    const goesOn = async (): Promise<void> => {
      const before = await joints(page);
      await page.keyboard.press("KeyA");
      while (turned(before, await joints(page)) < 3) await page.waitForTimeout(50);
    };
    await page.goto(`${studio.url}?task=lift#/drive`);
    await inPhase(page, "ready");
    await inSheet(async () => {
      await oneHand.check();
      await held("Long").click();
    });
    await page.reload();
    await inPhase(page, "ready", 60_000);
    await inSheet(async () => {
      expect(await oneHand.isChecked()).toBe(true);
      expect(await held("Long").getAttribute("aria-pressed")).toBe("true");
    });
    await atRest(page);
    await goesOn();
    await page.keyboard.press("KeyD");
    await atRest(page);
    await goesOn();
    await page.keyboard.press("Escape");
    await inPhase(page, "stopped");
    await held("Resume").click();
    await inPhase(page, "ready");
    await page.focus("#stage");
    await atRest(page);
    await goesOn();
    await page.focus(".language");
    await atRest(page);
  });

  it("said nothing on its console that was an error", () => {
    expect(tab.errors).toEqual([]);
  });
});
