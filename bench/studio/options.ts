/** What the benchmark of the studio can be told: which parts, and how much shorter than asked. */

/** How it is run. */
export interface StudioOptions {
  /** names of parts; null: all */
  readonly only: readonly string[] | null;
  /** of recording, 10 as asked or fewer */
  readonly minutes: number;
  /** operators, 10 as asked or fewer; of the 200 test seeds as large a share */
  readonly seeds: number;
  /** takes of earlier runs are forgotten */
  readonly fresh: boolean;
}

/** As asked. */
export const ASKED = { minutes: 10, seeds: 10, takes: 30, testSeeds: 200 } as const;

/** Reads the words of the command line. @throws Error at a word that means nothing here */
export function readOptions(words: readonly string[], parts: readonly string[]): StudioOptions {
  const rest = [...words];
  let [only, minutes, seeds, fresh]: [readonly string[] | null, number, number, boolean] = [
    null,
    ASKED.minutes,
    ASKED.seeds,
    false,
  ];
  const number = (name: string, most: number): number => {
    const value = Number(rest.shift());
    if (!(value > 0 && value <= most)) throw new Error(`studio: ${name} must be above 0 and at most ${most}`);
    return value;
  };
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--minutes") minutes = number("--minutes", ASKED.minutes);
    else if (word === "--seeds") seeds = Math.max(1, Math.round(number("--seeds", ASKED.seeds)));
    else if (word === "--fresh") fresh = true;
    else if (word === "--only") {
      only = (rest.shift() ?? "").split(",");
      const unknown = only.find((name) => !parts.includes(name));
      if (unknown !== undefined)
        throw new Error(`studio: --only must name some of ${parts.join(", ")}, got "${unknown}"`);
    } else throw new Error(`studio: there is no option "${word}"`);
  }
  return { only, minutes, seeds, fresh };
}

/** Takes to learn from: as many as asked, or the share of the minutes. */
export const takesOf = ({ minutes }: StudioOptions): number =>
  Math.max(3, Math.ceil((ASKED.takes * minutes) / ASKED.minutes));

/** Test seeds: as many as asked, or the share of the operators. */
export const testSeedsOf = ({ seeds }: StudioOptions): number =>
  Math.max(1, Math.round((ASKED.testSeeds * seeds) / ASKED.seeds));
