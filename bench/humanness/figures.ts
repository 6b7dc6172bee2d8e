/** Figures of many takes beside each other: what is measured of each, the middle of a set, and sets as a table. */
import { median } from "../result.js";
import {
  actionSpread,
  atRate,
  average,
  COMMON_RATE,
  type Moment,
  type Motion,
  reachFigures,
  speedFigures,
} from "./motion.js";
import { firstGrasp, type MeasuredTake } from "./takes.js";

/** A figure: what it says, its unit, decimals, and how it is had from a take; null where a take has none. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  of(take: TakeFigures): number | null;
}

/** All that is known of one take. */
interface TakeFigures {
  readonly seconds: number;
  readonly speed: NonNullable<ReturnType<typeof speedFigures>>;
  readonly reach: ReturnType<typeof reachFigures>;
}

/** Figures that mostly are 0, or small whole numbers: of these the mean is shown, of all others the middle. */
const COUNTS = ["reach, submovements", "reach, corrections"];
/** What is measured, in the order of the table. */
export const MEASURES: readonly Measure[] = [
  { name: "take", unit: "s", digits: 1, of: ({ seconds }) => seconds },
  { name: "idle", unit: "%", digits: 0, of: ({ speed }) => 100 * speed.idle },
  { name: "pauses", unit: "/10 s", digits: 1, of: ({ speed }) => 10 * speed.pauses },
  { name: "speed, deviation / mean", unit: "", digits: 2, of: ({ speed }) => speed.unevenness },
  { name: "speed, p95 / mean", unit: "", digits: 2, of: ({ speed }) => speed.peak },
  { name: "submovements", unit: "/s", digits: 2, of: ({ speed }) => speed.submovements },
  { name: "reach", unit: "s", digits: 1, of: ({ reach }) => reach?.seconds ?? null },
  { name: "reach, path / distance", unit: "", digits: 2, of: ({ reach }) => reach?.path ?? null },
  { name: "reach, fastest at", unit: "%", digits: 0, of: ({ reach }) => of100(reach?.fastest) },
  { name: "reach, submovements", unit: "", digits: 1, of: ({ reach }) => reach?.submovements ?? null },
  { name: "reach, corrections", unit: "", digits: 2, of: ({ reach }) => reach?.corrections ?? null },
  { name: "reach, log jerk", unit: "", digits: 1, of: ({ reach }) => reach?.logJerk ?? null },
];
/** The one figure that only a whole set has. */
export const SPREAD = "spread of actions at like states";

const of100 = (share: number | undefined): number | null => (share === undefined ? null : 100 * share);

/** Figures of a set. */
export interface SetFigures {
  readonly takes: number;
  /** the middle of the takes (the mean of a count), by the measure's name; NaN where no take has it */
  readonly middle: Readonly<Record<string, number>>;
  /** see `actionSpread` */
  readonly spread: number;
  /** distance of the like states as a share of how far states lie from their mean */
  readonly likeness: number;
}

/** Measures a set of takes. */
export function figuresOf(takes: readonly MeasuredTake[]): SetFigures {
  const each = takes.flatMap((take): TakeFigures[] => {
    const speed = speedFigures(atRate(take.joints, COMMON_RATE));
    if (speed === null) return [];
    const seconds = (take.joints.points.length - 1) * take.joints.period;
    return [{ seconds, speed, reach: reachOf(take) }];
  });
  const middle = Object.fromEntries(
    MEASURES.map(({ name, of }) => {
      const known = each.flatMap((figures) => of(figures) ?? []);
      return [name, COUNTS.includes(name) ? average(known) : median(known)];
    }),
  );
  return { takes: takes.length, middle, ...spreadOf(takes) };
}

/** The way to the first grasp. */
function reachOf({ joints, hand }: MeasuredTake): TakeFigures["reach"] {
  const grasp = hand === null ? null : firstGrasp(hand);
  if (grasp === null) return null;
  const until: Motion = { points: joints.points.slice(0, grasp + 1), period: joints.period };
  return reachFigures(atRate(until, COMMON_RATE));
}

/** s over which an action is looked at. */
const AHEAD = 0.5;
/** Takes whose nearest moments are compared, and moments that are asked about. */
const LIKE = 10;
const ASKED = 300;

function spreadOf(takes: readonly MeasuredTake[]): Pick<SetFigures, "spread" | "likeness"> {
  const ends = takes.flatMap(({ hand }) => (hand === null ? [] : [Math.min(...hand), Math.max(...hand)]));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const all = takes.flatMap(({ joints, hand }, take): Moment[] => {
    // One radian of every joint counts as much as opening the hand.
    const states: Motion = {
      points: joints.points.map((point, i) => [
        ...Array.from(point),
        hand === null || high === low ? 0 : (hand[i]! - low) / (high - low),
      ]),
      period: joints.period,
    };
    const { points } = atRate(states, COMMON_RATE);
    const ahead = Math.round(AHEAD * COMMON_RATE);
    return points.slice(0, -ahead).map((state, i) => ({
      take,
      state,
      action: Array.from(joints.points[0]!, (_, k) => points[i + ahead]![k]! - state[k]!),
    }));
  });
  const every = Math.max(1, Math.floor(all.length / ASKED));
  const { spread, distance } = actionSpread(
    all.filter((_, i) => i % every === 0),
    all,
    LIKE,
  );
  const mean = Array.from(all[0]?.state ?? [], (_, k) => average(all.map(({ state }) => state[k]!)));
  const scatter = Math.sqrt(
    average(all.map(({ state }) => mean.reduce((sum, m, k) => sum + (state[k]! - m) ** 2, 0))),
  );
  return { spread, likeness: distance / scatter };
}

/** Sets beside each other as a table, a figure a row. */
export function tableOf(sets: readonly { readonly name: string; readonly figures: SetFigures }[]): string[] {
  const row = (name: string, digits: number, of: (figures: SetFigures) => number): string =>
    `| ${[name, ...sets.map(({ figures }) => show(of(figures), digits))].join(" | ")} |`;
  return [
    `| | ${sets.map(({ name }) => name).join(" | ")} |`,
    `|---|${sets.map(() => "---:|").join("")}`,
    row("takes", 0, ({ takes }) => takes),
    ...MEASURES.map(({ name, unit, digits }) =>
      row(unit === "" ? name : `${name}, ${unit}`, digits, ({ middle }) => middle[name]!),
    ),
    row(SPREAD, 2, ({ spread }) => spread),
    row("how far those lie apart", 2, ({ likeness }) => likeness),
  ];
}

const show = (value: number, digits: number): string =>
  Number.isNaN(value) ? "–" : value.toFixed(digits).replace("-", "−");

/** The mean of sets, figure by figure; of those that have it. */
export function meanOf(sets: readonly SetFigures[]): SetFigures {
  const mean = (of: (figures: SetFigures) => number): number =>
    average(sets.map(of).filter((value) => !Number.isNaN(value)));
  return {
    takes: sets.reduce((sum, { takes }) => sum + takes, 0),
    middle: Object.fromEntries(MEASURES.map(({ name }) => [name, mean(({ middle }) => middle[name]!)])),
    spread: mean(({ spread }) => spread),
    likeness: mean(({ likeness }) => likeness),
  };
}
