/** The published package: packed, installed in an empty folder, and used there by the programs of `examples/`. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "apprentice-package-"));
const clone = join(folder, "clone");
const npm = (...args: string[]): string =>
  execFileSync("npm", args, { cwd: clone, encoding: "utf8", shell: process.platform === "win32" });
const node = (...args: string[]): string =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
let packed: Packed;

beforeAll(() => {
  // Packed from a copy: `prepack` builds `dist/`, and other tests are running from the one here.
  const left = new Set(["node_modules", "dist", ".git", "runs", ".cache"]);
  cpSync(ROOT, clone, { recursive: true, filter: (from) => !left.has(relative(ROOT, from)) });
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"), "junction");
  const packing = npm("pack", "--json", "--pack-destination", folder, "--ignore-scripts=false");
  packed = (JSON.parse(packing.slice(packing.indexOf("["))) as Packed[])[0]!;
  execFileSync("tar", ["-xzf", packed.filename], { cwd: folder });
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  cpSync(join(folder, "package"), join(modules, "apprentice"), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package", "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) link(name);
  // The dependencies are those of the clone, and what they need in turn, so that no network is needed.
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (!name.startsWith(".") && !name.startsWith("@")) link(name);
  cpSync(join(ROOT, "examples"), folder, { recursive: true });

  function link(name: string): void {
    const place = join(modules, ...name.split("/"));
    mkdirSync(join(place, ".."), { recursive: true });
    try {
      symlinkSync(join(ROOT, "node_modules", ...name.split("/")), place, "junction");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
  it("ships built code, declarations and examples, and no sources or tests", () => {
    const paths = packed.files.map((file) => file.path);
    expect(paths).toContain("dist/core/index.d.ts");
    expect(paths).toContain("bin/apprentice.mjs");
    expect(paths).toContain("LICENSE");
    expect(paths.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
    expect(paths.filter((path) => /^(tests|bench|runs)\//.test(path))).toEqual([]);
  });

  it("has types first in every export, and doors of their own for browsers and Node", () => {
    type Target = string | { readonly [condition: string]: Target };
    const { exports } = JSON.parse(readFileSync(join(folder, "package", "package.json"), "utf8")) as {
      exports: Record<string, Target>;
    };
    const check = (target: Target): void => {
      if (typeof target === "string") return;
      if (!Object.values(target).some((each) => typeof each !== "string"))
        expect(Object.keys(target)[0]).toBe("types");
      for (const each of Object.values(target)) check(each);
    };
    for (const target of Object.values(exports)) check(target);
    for (const door of ["./datasets", "./policy", "./robot"])
      expect(Object.keys(exports[door] as object)).toEqual(["browser", "node", "default"]);
  });

  it("loads no WebAssembly and no native code when its doors are imported", () => {
    const doors = ["core", "sim", "datasets", "policy", "robot", "teleop"];
    const program = `
      for (const name of ["Module", "Instance", "Memory"]) WebAssembly[name] = class { constructor() { throw new Error("WebAssembly." + name); } };
      WebAssembly.compile = WebAssembly.instantiate = () => { throw new Error("WebAssembly"); };
      process.dlopen = () => { throw new Error("native code"); };
      for (const door of ${JSON.stringify(doors)}) await import("apprentice/" + door);
      console.log("loaded");`;
    expect(node("--input-type=module", "-e", program)).toContain("loaded");
  });

  it.each([
    ["own-task.mjs", /raise: \d+ of 10 demonstrations succeeded/],
    ["own-robot.mjs", /inverse kinematics finds 0\.500 0\.700/],
  ])("runs %s", (program, output) => {
    expect(node(program)).toMatch(output);
  });

  it("learns with learn.mjs, and deploys what it learned with deploy.mjs", () => {
    expect(node("learn.mjs")).toMatch(/lift: \d+\.\d % .* on test seeds 1000000 to 1000049/);
    expect(node("deploy.mjs", "lift.onnx", "red_cube")).toMatch(/red_cube: reached after/);
  }, 240_000);
});
