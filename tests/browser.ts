/** A Chromium for tests that need a page: the product's own, and a page with one bundled module in it. */
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { findChromium, launchChromium } from "../cli/browser/chromium.js";

const found = findChromium();

/** The browser to test with; null where there is none. */
export const CHROMIUM: string | null = "path" in found ? found.path : null;

/** A title that says when its tests are skipped for want of a browser; for `describe.skipIf(CHROMIUM === null)`. */
export const inBrowser = (title: string): string =>
  "missing" in found ? `${title} [skipped: ${found.missing}]` : title;

/** A running browser with an empty profile of its own. */
export interface TestBrowser {
  readonly browser: Browser;
  /** A blank page of this size at `http://localhost/` (a secure origin) that runs a bundled module. */
  page(entry: string, size?: { width: number; height: number; deviceScaleFactor?: number }): Promise<Page>;
  close(): Promise<void>;
}

/** Starts the browser; call only where `CHROMIUM` is one. */
export async function launchBrowser(flags: readonly string[] = []): Promise<TestBrowser> {
  const browser = await launchChromium(CHROMIUM!, flags);
  return {
    browser,
    page: async (entry, size = { width: 640, height: 480 }) => {
      const script = await bundle(entry);
      const context = await browser.newContext({
        viewport: { width: size.width, height: size.height },
        deviceScaleFactor: size.deviceScaleFactor ?? 1,
      });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.route("**/*", (route) => {
        const { pathname } = new URL(route.request().url());
        if (pathname === "/page.js") return route.fulfill({ contentType: "text/javascript", body: script });
        if (pathname === "/") return route.fulfill({ contentType: "text/html", body: PAGE });
        return route.fulfill({ status: 404, body: "" });
      });
      await page.goto("http://localhost/");
      if (errors.length > 0) throw new Error(`the page failed: ${errors.join("; ")}`);
      return page;
    },
    close: () => browser.close(),
  };
}

const PAGE = `<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<style>html,body{margin:0;height:100%;overflow:hidden}</style></head>
<body><script type="module" src="/page.js"></script></body></html>`;

async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return result.outputFiles[0]!.text;
}
