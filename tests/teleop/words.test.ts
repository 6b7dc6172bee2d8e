/** The page's catalogue: one name, one sentence, in each language. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { WORDS } from "../../teleop/page/words/index.js";

const FOLDER = new URL("../../teleop/page/words/", import.meta.url);
const PARTS = readdirSync(FOLDER).filter((name) => !["index.ts", "count.ts", "refusals.ts"].includes(name));

interface Part {
  readonly en: Record<string, unknown>;
  readonly zh: Record<string, unknown>;
}

describe("the words of the page", () => {
  it("come from no two screens by the same name: the later would speak for the earlier", async () => {
    const names: string[] = [];
    for (const file of PARTS) {
      const module = (await import(new URL(file, FOLDER).href)) as Record<string, Part>;
      for (const { en } of Object.values(module)) names.push(...Object.keys(en));
    }
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(Object.keys(WORDS.en).toSorted()).toEqual(names.toSorted());
    expect(Object.keys(WORDS.zh).toSorted()).toEqual(names.toSorted());
  });
});
