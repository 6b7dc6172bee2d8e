/** Every screen at three sizes, in both themes and languages: nothing overflows, nothing fails axe; pictures to look at. */
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, inBrowser } from "../browser.js";
import { type Studio, startStudio } from "./rig.js";

const SIZES = [
  { name: "1440", width: 1440, height: 900 },
  { name: "1024", width: 1024, height: 768 },
  { name: "390", width: 390, height: 844 },
] as const;
const SCREENS = ["drive", "episodes", "train", "rollouts"] as const;
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
    studio = await startStudio();
  }, 180_000);
  afterAll(async () => {
    await studio?.close();
  });

  for (const scheme of ["dark", "light"] as const)
    it(`has room and no violations of axe in ${scheme}`, { timeout: 300_000 }, async () => {
      const problems: string[] = [];
      const { page, errors } = await studio.open("", {
        colorScheme: scheme,
        locale: scheme === "dark" ? "en-GB" : "zh-CN",
        reducedMotion: "reduce",
        viewport: { width: 1440, height: 900 },
      });
      await page.waitForSelector('.deck[data-phase="ready"]', { timeout: 60_000 });
      await page.waitForSelector(".views");
      for (const size of SIZES)
        for (const screen of SCREENS) {
          await page.setViewportSize(size);
          await page.evaluate((hash) => {
            location.hash = hash;
          }, `#/${screen}`);
          await page.waitForSelector(`.screen-${screen}`);
          await page.waitForTimeout(800);
          await page.screenshot({ path: join(PICTURES, `${screen}-${size.name}-${scheme}.png`) });
          const found = [
            ...(await overflowing(page)),
            ...(size.name === "1024" ? [] : await violations(page)),
          ];
          problems.push(...found.map((each) => `${screen} at ${size.name}: ${each}`));
        }
      await page.context().close();
      expect(problems).toEqual([]);
      expect(errors).toEqual([]);
    });
});
