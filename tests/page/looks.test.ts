/**
 * Every screen at three sizes, in both themes and languages: nothing overflows, nothing fails axe, everything is
 * reached by keyboard and shows that it is; pictures to look at, also with two pixels for one.
 */
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, inBrowser } from "../browser.js";
import { fine, furnish, type Studio, startStudio } from "./rig.js";

const SIZES = [
  { name: "1440", width: 1440, height: 900 },
  { name: "1024", width: 1024, height: 768 },
  { name: "390", width: 390, height: 844 },
] as const;
const SCREENS = ["drive", "episodes", "train", "rollouts"] as const;
const LONG = 900_000;
/** Software graphics on a busy machine need minutes for what a person waits seconds for. */
const PATIENCE = 120_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** where pictures go: a folder of one's own choice, else one that the system clears */
const PICTURES = process.env["STUDIO_PICTURES"] ?? mkdtempSync(join(tmpdir(), "apprentice-pictures-"));

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds, in a line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Buttons and cards that stick out of the window, or out of their card. */
const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(
      ".card, .card button, .top button, .top a, .free",
    )) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.closest(".skip") !== null) continue;
      if (box.left < -1 || box.right > innerWidth + 1)
        found.push(
          `${element.className || element.tagName} ${element.textContent?.slice(0, 30)}: ${Math.round(box.left)}..${Math.round(box.right)}`,
        );
      const card = element.closest(".card")?.getBoundingClientRect();
      if (card !== undefined && box.right > card.right + 1)
        found.push(`${element.textContent?.slice(0, 30)} sticks out of its card`);
    }
    return found;
  });

describe.skipIf(CHROMIUM === null)(inBrowser("every screen"), () => {
  let studio: Studio;
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    studio = await startStudio(furnish);
  }, 180_000);
  afterAll(async () => {
    await studio?.close();
  });

  for (const [scheme, locale] of [
    ["dark", "en-GB"],
    ["light", "zh-CN"],
  ] as const)
    it(`has room and no violations of axe: ${scheme}, ${locale}`, { timeout: LONG }, async () => {
      const problems: string[] = [];
      const { page, errors } = await studio.open("", {
        colorScheme: scheme,
        locale,
        reducedMotion: "reduce",
        viewport: { width: 1440, height: 900 },
      });
      page.setDefaultTimeout(PATIENCE);
      await page.waitForSelector('.deck[data-phase="ready"]');
      await page.waitForSelector(".views");
      for (const size of SIZES)
        for (const screen of SCREENS) {
          await page.setViewportSize(size);
          await page.evaluate((hash) => {
            location.hash = hash;
          }, `#/${screen}`);
          await page.waitForSelector(`.screen-${screen}`);
          if (screen === "episodes") await page.waitForSelector(".charts .uplot, .charts canvas");
          if (screen !== "train") await fine(page);
          await page.screenshot({ path: join(PICTURES, `${screen}-${size.name}-${scheme}.png`) });
          const found = [
            ...(await overflowing(page)),
            ...(size.name === "1024" ? [] : await violations(page)),
          ];
          problems.push(...found.map((each) => `${screen} at ${size.name}: ${each}`));
        }
      await page.setViewportSize(SIZES[0]);
      await page.evaluate(() => {
        location.hash = "#/drive";
      });
      for (const [open, name] of [
        [".plan-line", "plan"],
        [".sheet-button", "keys"],
      ] as const) {
        await page.locator(open).click();
        await page.waitForSelector("dialog[open]");
        await page.screenshot({ path: join(PICTURES, `${name}-1440-${scheme}.png`) });
        problems.push(...(await violations(page)).map((each) => `${name}: ${each}`));
        await page.locator("dialog[open] header button").click();
      }
      // The other language in this theme.
      await page.locator(".language").click();
      for (const screen of SCREENS) {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, `#/${screen}`);
        await page.waitForSelector(`.screen-${screen}`);
        const found = [...(await overflowing(page)), ...(await violations(page))];
        problems.push(...found.map((each) => `${screen} in the other language: ${each}`));
      }
      await page.context().close();
      expect(problems).toEqual([]);
      expect(errors).toEqual([]);
    });

  it("is reached by keyboard, and shows where the focus is", { timeout: LONG }, async () => {
    const { page, errors } = await studio.open("", { viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(PATIENCE);
    await page.waitForSelector('.deck[data-phase="ready"]');
    for (const screen of SCREENS) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/${screen}`);
      await page.waitForSelector(`.screen-${screen}`);
      if (screen === "episodes") await page.waitForSelector(".charts .uplot, .charts canvas");
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      const reached = new Set<string>();
      const unseen: string[] = [];
      /** Once around by Tab. */
      const around = async (): Promise<void> => {
        const met = new Set<string>();
        for (let i = 0; i < 120; i++) {
          await page.keyboard.press("Tab");
          const at = await focused();
          if (at === null) continue;
          if (met.has(at.name) && met.size > 12) return;
          met.add(at.name);
          reached.add(at.name);
          if (!at.ring) unseen.push(at.name);
        }
      };
      const focused = () =>
        page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          if (element === document.body) return null;
          const name = element.getAttribute("aria-label") ?? element.textContent?.trim() ?? element.id;
          const label = element.closest("label");
          const { outlineStyle, outlineWidth } = getComputedStyle(
            label?.matches(":focus-within.file-button") ? label : element,
          );
          const stage = element.id === "stage";
          const ring = stage || (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1);
          return { name: `${element.tagName} ${name.slice(0, 40)}`, ring };
        });
      const buttons = (): Promise<string[]> =>
        page.evaluate(() =>
          [
            ...document.querySelectorAll<HTMLElement>(
              ".frame button:not(:disabled), .frame a[href], .frame select",
            ),
          ]
            .filter((each) => each.offsetParent !== null && each.tabIndex >= 0)
            .map(
              (each) =>
                `${each.tagName} ${(each.getAttribute("aria-label") ?? each.textContent?.trim() ?? each.id).slice(0, 40)}`,
            ),
        );
      // What comes while somebody goes around is reached the next time.
      let missed: string[] = [];
      for (let times = 0; times < 4; times++) {
        await around();
        missed = (await buttons()).filter((each) => !reached.has(each));
        if (missed.length === 0) break;
      }
      expect([screen, unseen]).toEqual([screen, []]);
      expect([screen, missed]).toEqual([screen, []]);
    }
    await page.context().close();
    expect(errors).toEqual([]);
  });

  it("goes where it was told last, however soon after, and Back leads out of Episodes", {
    timeout: LONG,
  }, async () => {
    const { page, errors } = await studio.open("", { viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(PATIENCE);
    await page.waitForSelector('.deck[data-phase="ready"]');
    // Off again at once, before Episodes has gone on to the newest take.
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const seen = new MutationObserver(() => {
            if (document.querySelector(".screen-episodes") === null) return;
            seen.disconnect();
            location.hash = "#/train";
            resolve();
          });
          seen.observe(document.body, { subtree: true, childList: true, attributes: true });
          location.hash = "#/episodes";
        }),
    );
    await page.waitForSelector(".screen-train");
    await page.waitForTimeout(1000);
    expect(await page.evaluate(() => location.hash)).toBe("#/train");
    await page.evaluate(() => {
      location.hash = "#/episodes";
    });
    await page.waitForFunction(() => location.hash === "#/episodes/5");
    await page.evaluate(() => history.back());
    await page.waitForSelector(".screen-train");
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => location.hash)).toBe("#/train");
    await page.context().close();
    expect(errors).toEqual([]);
  });

  it("is as sharp as the screen where one has two pixels for one", { timeout: LONG }, async () => {
    const { page, errors } = await studio.open("", {
      viewport: { width: 1440, height: 900 },
      deviceScaleFactor: 2,
      colorScheme: "dark",
      reducedMotion: "reduce",
    });
    page.setDefaultTimeout(PATIENCE);
    await page.waitForSelector('.deck[data-phase="ready"]');
    await page.waitForSelector('.stage[data-fine="true"]', { state: "attached" });
    const drawn = await page.evaluate(
      () => document.querySelector<HTMLCanvasElement>(".stage canvas")!.width,
    );
    expect(drawn).toBe(2880);
    await page.screenshot({ path: join(PICTURES, "drive-1440-dark-2x.png") });
    await page.context().close();
    expect(errors).toEqual([]);
  });
});
