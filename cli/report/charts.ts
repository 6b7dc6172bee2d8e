/** The report's charts, as SVG strings: a learning curve and a success bar with its interval. */
import type { Rate } from "../../core/index.js";
import type { TaskResult } from "./result.js";
import { escapeText, INK, n, path } from "./svg.js";

/** Loss against steps, log y; the checkpoints that were tried stand on it with their success. */
export function drawCurve(task: TaskResult): string {
  const { curve, checkpoints } = task.training;
  const [width, height, left, bottom] = [330, 128, 34, 20];
  if (curve.length < 2) return "";
  const last = curve[curve.length - 1]!.step;
  const losses = curve.map((point) => Math.log10(Math.max(1e-6, point.loss)));
  const low = Math.min(...losses);
  const high = Math.max(...losses);
  const x = (step: number): number => left + (step / last) * (width - left - 12);
  const y = (log: number): number => 8 + ((high - log) / Math.max(1e-9, high - low)) * (height - bottom - 16);
  const smooth: [number, number][] = [];
  let average = losses[0]!;
  curve.forEach((point, i) => {
    average += 0.15 * (losses[i]! - average);
    smooth.push([x(point.step), y(average)]);
  });
  const ticks = [low, (low + high) / 2, high]
    .map(
      (log) =>
        `<path d="M${left} ${n(y(log))}H${width - 10}" stroke="${INK.line}"/><text x="${left - 5}" y="${n(y(log) + 3)}" class="t" text-anchor="end">${(10 ** log).toPrecision(2)}</text>`,
    )
    .join("");
  const marks = checkpoints
    .map((checkpoint) => {
      const at = smooth.reduce((best, point) =>
        Math.abs(point[0] - x(checkpoint.step)) < Math.abs(best[0] - x(checkpoint.step)) ? point : best,
      );
      return `<circle cx="${n(at[0])}" cy="${n(at[1])}" r="3.6" fill="${checkpoint.chosen ? INK.policy : INK.surface}" stroke="${INK.policy}" stroke-width="1.4"/><text x="${n(at[0] - 2)}" y="${n(at[1] - 7)}" class="t" text-anchor="end">${(100 * checkpoint.rate.rate).toFixed(0)} %</text>`;
    })
    .join("");
  return `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img"><title>${escapeText(`${task.task}: training loss over ${last} steps`)}</title>${ticks}<path d="${path(curve.map((point, i) => [x(point.step), y(losses[i]!)]))}" fill="none" stroke="${INK.policy}" stroke-opacity=".25"/><path d="${path(smooth)}" fill="none" stroke="${INK.policy}" stroke-width="1.6"/>${marks}<text x="${left}" y="${height - 5}" class="t">0</text><text x="${width - 12}" y="${height - 5}" class="t" text-anchor="end">${last} steps</text></svg>`;
}

/** The rate as a bar, the 95 % interval as a whisker. */
export function drawRate(rate: Rate): string {
  const width = 150;
  return `<svg class="rate" viewBox="0 0 ${width} 14" role="img"><title>${(100 * rate.low).toFixed(1)} to ${(100 * rate.high).toFixed(1)} %</title><rect y="4" width="${width}" height="6" rx="3" fill="${INK.line}"/><rect y="4" width="${n(rate.rate * width)}" height="6" rx="3" fill="${INK.policy}"/><path d="M${n(rate.low * width)} 1.5v11M${n(rate.high * width)} 1.5v11M${n(rate.low * width)} 7H${n(rate.high * width)}" stroke="${INK.text}" stroke-width="1.1"/></svg>`;
}

/** How long the episodes were: a histogram of robot seconds. */
export function drawLengths(lengths: readonly number[]): string {
  const bins = 16;
  const longest = Math.max(...lengths, 1);
  const counts = new Array<number>(bins).fill(0);
  for (const length of lengths) counts[Math.min(bins - 1, Math.floor((length / longest) * bins))]! += 1;
  const most = Math.max(...counts, 1);
  const bars = counts
    .map(
      (count, i) =>
        `<rect x="${i * 9}" y="${n(30 - (28 * count) / most)}" width="7.6" height="${n((28 * count) / most)}" rx="1.4" fill="${INK.you}"/>`,
    )
    .join("");
  return `<svg class="lengths" viewBox="0 0 150 42" role="img"><title>lengths of the episodes, seconds</title>${bars}<text x="0" y="40" class="t">0</text><text x="144" y="40" class="t" text-anchor="end">${longest.toFixed(0)} s</text></svg>`;
}
