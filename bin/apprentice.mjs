#!/usr/bin/env node
/**
 * The `apprentice` command. In a clone it rebuilds `dist/` when a source is newer (a fifth of a second); the
 * published package ships `dist/` and no sources.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const main = join(root, "dist", "cli", "main.js");

if (existsSync(join(root, "cli", "main.ts")) && isStale()) {
  const { buildHouse } = await import("../scripts/build.mjs");
  await buildHouse();
}
const { main: run } = await import(new URL("../dist/cli/main.js", import.meta.url).href);
process.exitCode = await run(process.argv.slice(2));

function isStale() {
  if (!existsSync(main)) return true;
  const built = statSync(main).mtimeMs;
  return ["core", "sim", "datasets", "policy", "robot", "teleop", "cli"].some((room) =>
    readdirSync(join(root, room), { recursive: true }).some(
      (name) => String(name).endsWith(".ts") && statSync(join(root, room, String(name))).mtimeMs > built,
    ),
  );
}
