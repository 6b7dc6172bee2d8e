/** The walls of the house: rooms import only rooms before them, by the door; libraries load where they may. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ROOMS = ["core", "sim", "datasets", "policy", "robot", "teleop", "cli"];
/** packages that may be imported by name, room by room; `node:` modules are judged by the file's name */
const LIBRARIES: Record<string, readonly string[]> = {
  core: [],
  sim: ["@dimforge/rapier3d", "three"],
  datasets: ["hyparquet", "hyparquet-writer", "mediabunny", "zod"],
  policy: ["onnxruntime-node", "onnxruntime-web", "onnxruntime-common"],
  robot: ["ws", "zod"],
  teleop: ["mediabunny", "preact", "@preact/signals", "uplot", "three", "onnxruntime-web"],
  cli: ["commander", "mediabunny", "playwright-core"],
};

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const files = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true })
    .map((name) => join(room, String(name)))
    .filter((name) => /\.tsx?$/.test(name)),
);

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm,
  );
  return [...found].map((m) => ({ file, specifier: m[2] ?? m[3]!, typeOnly: m[1] !== undefined }));
});

const roomOf = (path: string): string => path.split(sep)[0]!;
const target = ({ file, specifier }: Import): string => normalize(join(dirname(file), specifier));

describe("the house", () => {
  it("has files in every room, each opening with what it is", () => {
    for (const room of ROOMS) expect(files.some((file) => roomOf(file) === room)).toBe(true);
    const silent = files.filter((file) => !readFileSync(join(ROOT, file), "utf8").startsWith("/**"));
    expect(silent).toEqual([]);
  });

  it("has no import that goes back up", () => {
    const back = imports
      .filter((each) => each.specifier.startsWith("."))
      .filter((each) => ROOMS.indexOf(roomOf(target(each))) > ROOMS.indexOf(roomOf(each.file)))
      .map((each) => `${each.file} -> ${each.specifier}`);
    expect(back).toEqual([]);
  });

  it("enters other rooms by the door", () => {
    const windows = imports
      .filter((each) => each.specifier.startsWith(".") && roomOf(target(each)) !== roomOf(each.file))
      .filter((each) => !/^[a-z]+[/\\]((view|page)[/\\])?index(\.node)?\.js$/.test(target(each)))
      .map((each) => `${each.file} -> ${each.specifier}`);
    expect(windows).toEqual([]);
  });

  it("plans with core alone", () => {
    const strangers = imports
      .filter((each) => each.file.startsWith(join("robot", "plan")) && each.specifier.startsWith("."))
      .filter((each) => !/^(robot[/\\]plan|core)[/\\]/.test(target(each)))
      .map((each) => `${each.file} -> ${each.specifier}`);
    expect(strangers).toEqual([]);
  });

  it("uses each library in its room, and Node only where the file's name says so", () => {
    const wrong = imports
      .filter((each) => !each.specifier.startsWith("."))
      .filter((each) =>
        each.specifier.startsWith("node:")
          ? !(each.file.endsWith(".node.ts") || roomOf(each.file) === "cli")
          : !LIBRARIES[roomOf(each.file)]!.some(
              (name) => each.specifier === name || each.specifier.startsWith(`${name}/`),
            ),
      )
      .map((each) => `${each.file} -> ${each.specifier}`);
    expect(wrong).toEqual([]);
  });

  it("says nothing of any machine of ours", () => {
    const leaks = files.filter((file) => /\/(work|tmp|farm)\//.test(readFileSync(join(ROOT, file), "utf8")));
    expect(leaks).toEqual([]);
  });
});
