/**
 * The first thing a fresh clone runs: `npm start`, `npm run demo`, `npm test` and their like. Installs the npm packages when
 * they are missing, builds `dist/`, then hands over. Plain Node: nothing else is there yet.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [what = "demo", ...rest] = process.argv.slice(2);

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) throw error;
  return status ?? 1;
}

if (!existsSync(join(root, "node_modules", "esbuild"))) {
  console.log("Installing the npm packages (once) ...");
  // npm is a script of its own on Windows, so it is run through the shell there.
  const status = run("npm", ["ci", "--no-audit", "--no-fund"], { shell: process.platform === "win32" });
  if (status !== 0) process.exit(status);
}

const node = (script, ...args) => run(process.execPath, [join(root, script), ...args]);

switch (what) {
  case "start": {
    const { buildHouse, buildPage } = await import("./build.mjs");
    await buildHouse();
    console.log("Building the page ...");
    await buildPage();
    process.exit(node("bin/apprentice.mjs", "studio", ...rest));
    break;
  }
  case "demo": {
    const { buildHouse, buildPage, isPageStale } = await import("./build.mjs");
    await buildHouse();
    const { findChromium } = await import(new URL("../dist/cli/browser/chromium.js", import.meta.url).href);
    if ("path" in findChromium() && isPageStale()) {
      console.log("Building the page ...");
      await buildPage();
    }
    process.exit(node("bin/apprentice.mjs", "demo", ...rest));
    break;
  }
  case "bench":
    process.exit(node("bin/apprentice.mjs", what, ...rest));
    break;
  case "test":
  case "test:page":
  case "test:long":
  case "test:interop":
    process.exit(node("scripts/test.mjs", what, ...rest));
    break;
  default:
    console.error(
      `run: the first word must be start, demo, bench, test, test:page, test:long or test:interop, got "${what}"`,
    );
    process.exit(2);
}
