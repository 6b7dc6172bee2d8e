/** What the benchmark of the studio may be told, and what it makes of it. How it measures: it runs, or it fails. */
import { describe, expect, it } from "vitest";
import { ASKED, readOptions, takesOf, testSeedsOf } from "../../bench/studio/options.js";
import { percentile } from "../../bench/studio/part.js";

const PARTS = ["open", "frame"];

describe("the benchmark of the studio", () => {
  it("measures as much as was asked when it is told nothing", () => {
    const options = readOptions([], PARTS);
    expect(options).toEqual({ only: null, minutes: 10, seeds: 10, fresh: false });
    expect([takesOf(options), testSeedsOf(options)]).toEqual([ASKED.takes, ASKED.testSeeds]);
  });

  it("shortens takes with the minutes and test seeds with the operators, and nothing to nothing", () => {
    const options = readOptions(["--minutes", "2", "--seeds", "3", "--only", "frame"], PARTS);
    expect(options.only).toEqual(["frame"]);
    expect([takesOf(options), testSeedsOf(options)]).toEqual([6, 60]);
    const least = readOptions(["--minutes", "0.1", "--seeds", "1"], PARTS);
    expect([takesOf(least), testSeedsOf(least)]).toEqual([3, 20]);
  });

  it.each([
    [["--only", "frame,picture"], '--only must name some of open, frame, got "picture"'],
    [["--minutes", "11"], "--minutes must be above 0 and at most 10"],
    [["--seeds", "none"], "--seeds must be above 0 and at most 10"],
    [["--quick"], 'there is no option "--quick"'],
  ])("refuses %j", (words, reason) => {
    expect(() => readOptions(words, PARTS)).toThrow(reason);
  });

  it("tells how slow the slow ones are", () => {
    const values = Array.from({ length: 100 }, (_, i) => 99 - i);
    expect([percentile(values, 0.5), percentile(values, 0.95), percentile([7], 0.95)]).toEqual([50, 95, 7]);
  });
});
