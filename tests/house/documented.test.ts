/** Every symbol that a door of the package names is documented where it is declared. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DOORS = ["core", "sim", "sim/view", "datasets", "policy", "robot", "teleop"].flatMap((room) =>
  [`${room}/index.ts`, `${room}/index.node.ts`].filter((door) => existsSync(join(ROOT, door))),
);

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|function\*?|class|interface|type|enum) ([A-Za-z_$][\w$]*)/;

/** name → whether the declaration in `file` has a doc comment right above it */
function declarations(file: string): Map<string, boolean> {
  const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
  const found = new Map<string, boolean>();
  lines.forEach((line, i) => {
    const name = DECLARATION.exec(line)?.[1];
    if (name === undefined) return;
    let above = i - 1;
    while (above >= 0 && lines[above]!.trim().startsWith("//")) above -= 1;
    const documented = above >= 0 && lines[above]!.trim().endsWith("*/");
    found.set(name, documented || found.get(name) === true);
  });
  return found;
}

/** the undocumented public names behind a door, following its re-exports */
function undocumented(file: string, only: ReadonlySet<string> | null, seen = new Set<string>()): string[] {
  const key = `${file}#${only === null ? "*" : [...only].join()}`;
  if (seen.has(key)) return [];
  seen.add(key);
  const text = readFileSync(join(ROOT, file), "utf8");
  const own = [...declarations(file)]
    .filter(([name, documented]) => !documented && (only === null || only.has(name)))
    .map(([name]) => `${file}: ${name}`);
  const through = [...text.matchAll(/export\s+(?:type\s+)?(\*|\{[^}]*\})\s+from\s+"(\.[^"]+)"/g)].flatMap(
    ([, what, specifier]) => {
      const next = join(dirname(file), specifier!.replace(/\.js$/, ".ts"));
      const names =
        what === "*"
          ? only
          : new Set(
              what!
                .slice(1, -1)
                .split(",")
                .map(
                  (part) =>
                    part
                      .trim()
                      .replace(/^type\s+/, "")
                      .split(/\s+as\s+/)[0]!,
                )
                .filter((name) => name !== ""),
            );
      return undocumented(next, names, seen);
    },
  );
  return [...own, ...through];
}

describe("public symbols", () => {
  it.each(DOORS)("of %s are documented", (door) => {
    expect([...new Set(undocumented(door, null))]).toEqual([]);
  });
});
