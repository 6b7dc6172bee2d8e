/** Damaged data sets by the ten thousands; `npm test` tries some hundreds. */
import { describe, it } from "vitest";
import { tryDamagedSets } from "../../datasets/hostile.js";

describe("a hostile file", () => {
  it("is refused or read, never more", () => tryDamagedSets(30_000), 900_000);
});
