/**
 * A joint set-point that moves smoothly between targets which come at a slower rate: a cubic Hermite ramp, so
 * that position and velocity are continuous (a jump of velocity every 50 ms shakes a held object loose).
 * Radians, seconds. Not a planner: it does not look at limits.
 */
import type { StateReader, StateWriter } from "../state.js";

/** The set-point of n joints, advanced once a physics step. */
export class SetPoint {
  /** where the set-point is now, [n], and how fast it moves */
  readonly q: Float64Array;
  readonly qd: Float64Array;
  private readonly from: Float64Array;
  private readonly fromRate: Float64Array;
  private readonly to: Float64Array;
  private readonly toRate: Float64Array;
  private ticks = 1;
  private done = 1;

  constructor(
    private readonly n: number,
    private readonly dt: number,
  ) {
    [this.q, this.qd, this.from, this.fromRate, this.to, this.toRate] = Array.from(
      { length: 6 },
      () => new Float64Array(n),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  }

  /** Stands still at `q`. */
  reset(q: ArrayLike<number>): void {
    for (const array of [this.q, this.from, this.to]) array.set(q);
    for (const array of [this.qd, this.fromRate, this.toRate]) array.fill(0);
    this.ticks = 1;
    this.done = 1;
  }

  /** Moves from where the set-point is to `q` with velocity `qd` there, `duration` s from now. */
  aim(q: ArrayLike<number>, qd: ArrayLike<number>, duration: number): void {
    this.from.set(this.q);
    this.fromRate.set(this.qd);
    this.to.set(q);
    this.toRate.set(qd);
    this.ticks = Math.max(1, Math.round(duration / this.dt));
    this.done = 0;
  }

  /** One physics step on. At the end of a ramp with nothing new to follow, it stands. */
  advance(): void {
    if (this.done >= this.ticks) {
      this.q.set(this.to);
      this.qd.fill(0);
      return;
    }
    this.done++;
    const T = this.ticks * this.dt;
    const u = this.done / this.ticks;
    const u2 = u * u;
    const u3 = u2 * u;
    const h0 = 2 * u3 - 3 * u2 + 1;
    const h1 = (u3 - 2 * u2 + u) * T;
    const h2 = 3 * u2 - 2 * u3;
    const h3 = (u3 - u2) * T;
    const g0 = (6 * u2 - 6 * u) / T;
    const g1 = 3 * u2 - 4 * u + 1;
    const g3 = 3 * u2 - 2 * u;
    for (let i = 0; i < this.n; i++) {
      const a = this.from[i]!;
      const b = this.to[i]!;
      const va = this.fromRate[i]!;
      const vb = this.toRate[i]!;
      this.q[i] = h0 * a + h1 * va + h2 * b + h3 * vb;
      this.qd[i] = g0 * (a - b) + g1 * va + g3 * vb;
    }
  }

  save(out: StateWriter): void {
    for (const array of [this.q, this.qd, this.from, this.fromRate, this.to, this.toRate])
      out.putArray(array);
    out.put(this.ticks, this.done);
  }

  load(state: StateReader): void {
    for (const array of [this.q, this.qd, this.from, this.fromRate, this.to, this.toRate])
      state.getInto(array);
    this.ticks = state.get();
    this.done = state.get();
  }
}
