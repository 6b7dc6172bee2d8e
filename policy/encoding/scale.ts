/** Mean and standard deviation of columns: how numbers are brought to the size a network likes. */

/** Per column; `std` is never below the floor it was made with. */
export interface Scale {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** z-scores beyond this are cut: an observation far outside the data must not blow a network up. */
export const CLIP = 10;

/** Scale of the columns of rows [N, D]; a column that hardly varies is divided by `floor`, not by nothing. */
export function scaleOf(rows: Float32Array, columns: number, floor: number): Scale {
  const n = rows.length / columns;
  const mean = new Array<number>(columns).fill(0);
  const std = new Array<number>(columns).fill(0);
  for (let i = 0; i < rows.length; i++) mean[i % columns]! += rows[i]! / n;
  for (let i = 0; i < rows.length; i++) std[i % columns]! += (rows[i]! - mean[i % columns]!) ** 2 / n;
  return { mean, std: std.map((variance) => Math.max(floor, Math.sqrt(variance))) };
}

/** `(x - mean) / std`, in place, without clipping: for targets. */
export function standardiseRows(rows: Float32Array, scale: Scale): Float32Array {
  const columns = scale.mean.length;
  for (let i = 0; i < rows.length; i++)
    rows[i] = (rows[i]! - scale.mean[i % columns]!) / scale.std[i % columns]!;
  return rows;
}
