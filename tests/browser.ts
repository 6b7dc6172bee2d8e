/**
 * A Chromium for tests that need a page: where it is on this machine, and a page with one bundled module in it.
 * It draws in software, so that pictures do not depend on the machine's graphics, and speaks to nobody outside.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";

const WINDOWS_ROOTS = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"]
  .map((name) => process.env[name])
  .filter((root) => root !== undefined);

const PLACES: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: WINDOWS_ROOTS.flatMap((root) => [
    join(root, "Google", "Chrome", "Application", "chrome.exe"),
    join(root, "Chromium", "Application", "chrome.exe"),
    join(root, "Microsoft", "Edge", "Application", "msedge.exe"),
  ]),
};

/** The browser to test with: `CHROME_PATH`, else one in the usual places; null where there is none. */
export const CHROMIUM: string | null =
  [process.env["CHROME_PATH"], ...(PLACES[process.platform] ?? [])].find(
    (path) => path !== undefined && existsSync(path),
  ) ?? null;

/** A title that says when its tests are skipped for want of a browser; for `describe.skipIf(CHROMIUM === null)`. */
export const inBrowser = (title: string): string =>
  CHROMIUM === null ? `${title} [skipped: no Chromium found; apt-get install chromium]` : title;

const FLAGS = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--font-render-hinting=none",
];

/** A running browser with an empty profile of its own. */
export interface TestBrowser {
  readonly browser: Browser;
  /** A blank page of this size at `http://localhost/` (a secure origin) that runs a bundled module. */
  page(entry: string, size?: { width: number; height: number; deviceScaleFactor?: number }): Promise<Page>;
  close(): Promise<void>;
}

/** Starts the browser; call only where `CHROMIUM` is one. */
export async function launchBrowser(flags: readonly string[] = []): Promise<TestBrowser> {
  // A profile of its own, empty and removed afterwards, is what `launch` gives.
  const browser = await chromium.launch({
    executablePath: CHROMIUM!,
    headless: true,
    args: [...FLAGS, ...flags],
  });
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
