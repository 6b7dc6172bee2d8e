/**
 * Actions as targets of training, and back. Positions and angles are learned as increments of the *command* from
 * one row of a chunk to the next: absolute targets clone badly, increments of what was measured worse (both
 * measured, see docs/results.md). Everything else (a gripper's width, a base's twist) is learned as it is. The
 * policy's output is absolute again: the integration is part of the exported file.
 */
import { actionOffsets, type Contract, sizeOf, totalSize, wrapAngle } from "../../core/index.js";
import { constant, type Value } from "../graph/graph.js";
import { add, gemm, greater, max, min, mul, row, where } from "../graph/operators.js";
import type { Scale } from "./scale.js";

/** How each component of the flat action vector is learned. */
export interface ActionLayout {
  /** A */
  readonly size: number;
  readonly components: readonly {
    readonly kind: "increment" | "turn" | "absolute";
    readonly low: number;
    readonly high: number;
  }[];
}

/** Positions → increments, angles → turns (the shorter way), the rest → absolute. */
export function actionLayout(contract: Contract): ActionLayout {
  const offsets = actionOffsets(contract);
  const size = totalSize(contract.actions);
  const components = new Array<ActionLayout["components"][number]>(size);
  for (const feature of contract.actions)
    for (let i = 0; i < sizeOf(feature); i++) {
      const { kind } = feature.representation;
      components[offsets.get(feature.name)! + i] = {
        kind: kind === "position" ? "increment" : kind === "angle" ? "turn" : "absolute",
        low: feature.limits?.low[i] ?? Number.NEGATIVE_INFINITY,
        high: feature.limits?.high[i] ?? Number.POSITIVE_INFINITY,
      };
    }
  return { size, components };
}

/**
 * Targets of every frame of an episode, [T, H * A], raw. Past the end the last command stands: episodes end at
 * rest or with what the robot is to go on doing, so repeating it is what the demonstrator would do.
 * @param actions [T * A]
 * @param initial the command in force before the first frame, [A]
 */
export function chunkTargets(
  layout: ActionLayout,
  actions: Float32Array,
  initial: readonly number[],
  horizon: number,
  out: Float32Array,
): void {
  const { size, components } = layout;
  const length = actions.length / size;
  const at = (t: number, i: number): number =>
    t < 0 ? initial[i]! : actions[Math.min(t, length - 1) * size + i]!;
  for (let t = 0; t < length; t++)
    for (let h = 0; h < horizon; h++)
      for (let i = 0; i < size; i++) {
        const now = at(t + h, i);
        const { kind } = components[i]!;
        const change = now - at(t + h - 1, i);
        out[(t * horizon + h) * size + i] =
          kind === "absolute" ? now : kind === "turn" ? wrapAngle(change) : change;
      }
}

/** One scale for all rows of a chunk: a component means the same in each. Values that never vary keep std 1. */
export function actionScale(targets: Float32Array, layout: ActionLayout, horizon: number): Scale {
  const { size } = layout;
  const n = targets.length / size;
  const mean = new Array<number>(size).fill(0);
  const square = new Array<number>(size).fill(0);
  for (let i = 0; i < targets.length; i++) mean[i % size]! += targets[i]! / n;
  for (let i = 0; i < targets.length; i++) square[i % size]! += (targets[i]! - mean[i % size]!) ** 2 / n;
  const std = square.map((variance) => (variance < 1e-12 ? 1 : Math.sqrt(variance)));
  const repeat = (list: number[]): number[] => Array.from({ length: horizon }, () => list).flat();
  return { mean: repeat(mean), std: repeat(std) };
}

/** The two values a component took in all demonstrations, where it took no others (an open-or-closed gripper). */
export function binaryValues(
  actions: readonly Float32Array[],
  size: number,
): (readonly [number, number] | null)[] {
  return Array.from({ length: size }, (_, i) => {
    const seen = new Set<number>();
    for (const episode of actions)
      for (let t = i; t < episode.length; t += size) {
        seen.add(episode[t]!);
        if (seen.size > 2) return null;
      }
    return seen.size === 2 ? ([Math.min(...seen), Math.max(...seen)] as const) : null;
  });
}

/**
 * Normalised chunk → absolute commands: scale, integrate increments from the previous command, snap what is
 * binary, keep within the contract's limits. All as matrix products and element-wise nodes.
 * @param chunk [B, H * A] z-scores
 * @param previous [B, A] the command in force
 * @returns [B, H * A]
 */
export function decodeChunk(
  chunk: Value,
  previous: Value,
  layout: ActionLayout,
  horizon: number,
  scale: Scale,
  binary: readonly (readonly [number, number] | null)[],
): Value {
  const { size, components } = layout;
  const total = horizon * size;
  const raw = add(mul(chunk, row(chunk, scale.std, "action.std")), row(chunk, scale.mean, "action.mean"));
  // accumulate[j, k] = 1 where row j of the chunk adds to row k: a running sum for increments, else itself.
  const accumulate = new Float32Array(total * total);
  const start = new Float32Array(size * total);
  for (let h = 0; h < horizon; h++)
    for (let i = 0; i < size; i++) {
      const target = h * size + i;
      if (components[i]!.kind === "absolute") {
        accumulate[target * total + target] = 1;
        continue;
      }
      for (let j = 0; j <= h; j++) accumulate[(j * size + i) * total + target] = 1;
      start[i * total + target] = 1;
    }
  const { graph } = chunk;
  let commands = gemm(
    raw,
    constant(graph, accumulate, [total, total], "action.accumulate"),
    gemm(previous, constant(graph, start, [size, total], "action.start")),
  );
  if (binary.some((pair) => pair !== null)) {
    const rows = (pick: (i: number) => number): number[] =>
      Array.from({ length: total }, (_, k) => pick(k % size));
    const isBinary = greater(
      row(
        chunk,
        rows((i) => (binary[i] === null ? 0 : 1)),
        "action.binary",
      ),
      0.5,
    );
    const middle = row(
      chunk,
      rows((i) => (binary[i] ? (binary[i]![0] + binary[i]![1]) / 2 : 0)),
      "action.middle",
    );
    const snapped = where(
      greater(commands, middle),
      row(
        chunk,
        rows((i) => binary[i]?.[1] ?? 0),
        "action.upper",
      ),
      row(
        chunk,
        rows((i) => binary[i]?.[0] ?? 0),
        "action.lower",
      ),
    );
    commands = where(isBinary, snapped, commands);
  }
  const bound = (pick: (c: ActionLayout["components"][number]) => number): number[] =>
    Array.from({ length: total }, (_, k) => {
      const limit = pick(components[k % size]!);
      return Number.isFinite(limit) ? limit : Math.sign(limit) * 1e30;
    });
  return max(
    min(
      commands,
      row(
        chunk,
        bound((c) => c.high),
        "action.high",
      ),
    ),
    row(
      chunk,
      bound((c) => c.low),
      "action.low",
    ),
  );
}
