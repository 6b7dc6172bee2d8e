/**
 * Builds `dist/`: every module of the house transpiled one to one by esbuild (under a second), so that the
 * program, its workers and the published package are the same files. `--types` adds declarations (slow), `--page` the
 * studio's page.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOMS = ["core", "sim", "datasets", "policy", "robot", "teleop", "cli"];

/** Whether the built page is missing, or older than a source. */
export function isPageStale() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const built = statSync(join(root, "dist", "page", "index.html"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ROOMS.filter((room) => room !== "cli").some((room) =>
    readdirSync(join(root, room), { recursive: true }).some(
      (name) =>
        /\.(tsx?|css|html)$/.test(String(name)) && statSync(join(root, room, String(name))).mtimeMs > built,
    ),
  );
}

/** The studio's page, bundled by Vite into `dist/page`. */
export async function buildPage() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { build: bundle } = await import("vite");
  await bundle({ configFile: join(root, "teleop", "page", "vite.config.mjs"), logLevel: "warn" });
}

export async function buildHouse({ types = false } = {}) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const dist = join(root, "dist");
  // A published package must hold nothing that has no source; in between, others may be running from `dist/`.
  if (types) rmSync(dist, { recursive: true, force: true });
  const sources = ROOMS.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true })
      .map((name) => join(root, room, String(name)))
      .filter((name) => name.endsWith(".ts")),
  );
  await build({
    entryPoints: sources,
    outbase: root,
    outdir: dist,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "warning",
  });
  // What draws without a window is one file each, because a browser has no packages.
  await build({
    entryPoints: {
      page: join(root, "teleop", "cameras", "painter.browser.ts"),
      clip: join(root, "cli", "browser", "clip.browser.ts"),
    },
    outdir: join(dist, "painter"),
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  if (!types) return;
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "-p", join(root, "tsconfig.build.json")];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildHouse({ types: process.argv.includes("--types") });
  if (process.argv.includes("--page")) await buildPage();
}
