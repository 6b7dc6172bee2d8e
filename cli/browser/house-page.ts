/**
 * A blank page in which the house's own modules can be imported as they lie in `dist/`, one to one, with the few
 * libraries that they name. Nothing is bundled and nothing is served on a port: the browser's requests are answered
 * here, from those folders alone.
 */
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { messageOf } from "../../core/index.js";

/** From TypeScript sources (tests) the page gets the built files, as everywhere else. */
const DIST = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/" : "../../", import.meta.url),
);

const ORIGIN = "http://localhost";

/** What a page asks for, by the beginning of its address: the folder that answers. */
function folders(): Readonly<Record<string, string>> {
  const { resolve } = createRequire(import.meta.url);
  return {
    "/house/": DIST,
    "/three/": join(dirname(resolve("three")), ".."),
    "/mediabunny/": dirname(resolve("mediabunny")),
  };
}

const IMPORTS = {
  three: "/three/build/three.module.js",
  "three/addons/": "/three/examples/jsm/",
  mediabunny: "/mediabunny/mediabunny.min.mjs",
};

const HTML = `<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script></head><body></body></html>`;

/**
 * Opens the page in a context of its own, at a secure origin. Import by `/house/` and the path of the built module.
 * @param size CSS pixels
 */
export async function openHousePage(
  browser: Browser,
  size: { readonly width: number; readonly height: number },
): Promise<Page> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  const known = Object.entries(folders());
  await page.route("**/*", async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin === ORIGIN && pathname === "/") return route.fulfill({ contentType: "text/html", body: HTML });
    const [prefix, folder] = known.find(([start]) => pathname.startsWith(start)) ?? [];
    if (origin !== ORIGIN || prefix === undefined || folder === undefined) return route.abort();
    const path = join(folder, ...decodeURIComponent(pathname.slice(prefix.length)).split("/"));
    if (!path.startsWith(join(folder, sep)) || !/\.m?js$/.test(path)) return route.abort();
    return route
      .fulfill({ contentType: "text/javascript", path })
      .catch((error: unknown) => route.fulfill({ status: 404, body: messageOf(error) }));
  });
  await page.goto(`${ORIGIN}/`);
  return page;
}
