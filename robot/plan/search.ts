/**
 * Forward A* over skills (Hart, Nilsson and Raphael 1968). Ordered goal groups are part of the state: a node is
 * what holds, and how many groups have been achieved. The estimate counts goals still to be made true and never
 * exceeds the truth, so the plan found has as few steps as any. Nodes are bounded; running out is not the same
 * as there being no plan, and is told apart.
 */
import type { Condition, Facts, SkillCard } from "../../core/index.js";
import { allOf, type Goals } from "./goals.js";
import type { Reason } from "./messages.js";
import { type Action, type Mask, type Problem, problemOf } from "./problem.js";

export type Found =
  | { readonly kind: "found"; readonly actions: readonly Action[]; readonly expanded: number }
  | { readonly kind: "impossible"; readonly reason: Reason; readonly expanded: number }
  | { readonly kind: "gave-up"; readonly reason: Reason; readonly expanded: number };

/** Nodes expanded before giving up, by default. */
export const MOST_NODES = 20_000;

interface Node {
  readonly state: bigint;
  readonly stage: number;
  readonly steps: number;
  readonly estimate: number;
  readonly by: { readonly action: Action; readonly from: Node } | null;
}

/** A shortest sequence of skills that makes the groups true one after the other. */
export function search(
  facts: Facts,
  skills: readonly SkillCard[],
  goals: Goals,
  mostNodes: number = MOST_NODES,
): Found {
  const problem = problemOf(facts, skills, goals);
  const masks = goals.map((group) => problem.maskOf(allOf(group)));
  const wanted = masks.reduce((all, { yes }) => all | yes, 0n);
  const mostAdds = Math.max(1, ...problem.actions.map(({ adds }) => count(adds & wanted)));
  const remaining = goals.map((_, stage) => masks.slice(stage).reduce((all, { yes }) => all | yes, 0n));

  const node = (state: bigint, from: number, steps: number, by: Node["by"]): Node => {
    let stage = from;
    while (stage < masks.length && satisfies(state, masks[stage]!)) stage++;
    const missing = stage === masks.length ? 0 : Math.max(1, count(remaining[stage]! & ~state) / mostAdds);
    return { state, stage, steps, estimate: Math.ceil(missing), by };
  };

  const open = new Heap();
  const best = new Map<string, number>();
  let nearest = node(problem.initial, 0, 0, null);
  open.push(nearest);
  best.set(keyOf(nearest), 0);
  let expanded = 0;
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    if (current.stage === masks.length) return { kind: "found", actions: wayTo(current), expanded };
    if (current.steps > best.get(keyOf(current))!) continue;
    if (++expanded > mostNodes)
      return { kind: "gave-up", reason: { kind: "search-bound", nodes: mostNodes }, expanded };
    if (
      current.stage > nearest.stage ||
      (current.stage === nearest.stage && current.estimate < nearest.estimate)
    )
      nearest = current;
    for (const action of problem.actions) {
      if (!satisfies(current.state, { yes: action.pre, no: action.preNot })) continue;
      const state = (current.state & ~action.deletes) | action.adds;
      const next = node(state, current.stage, current.steps + 1, { action, from: current });
      const key = keyOf(next);
      if ((best.get(key) ?? Number.POSITIVE_INFINITY) <= next.steps) continue;
      best.set(key, next.steps);
      open.push(next);
    }
  }
  // Where the group was begun: what was done since is of no account to why it cannot be reached.
  let begun = nearest;
  while (begun.by !== null && begun.by.from.stage === nearest.stage) begun = begun.by.from;
  const reason = whyNot(problem, begun.state, allOf(goals[nearest.stage]!));
  return { kind: "impossible", reason, expanded };
}

const satisfies = (state: bigint, { yes, no }: Mask): boolean => (state & yes) === yes && (state & no) === 0n;
const keyOf = ({ state, stage }: Node): string => `${stage}:${state.toString(36)}`;

function count(bits: bigint): number {
  let n = 0;
  for (let rest = bits; rest !== 0n; rest &= rest - 1n) n++;
  return n;
}

function wayTo(node: Node): Action[] {
  const actions: Action[] = [];
  for (let at: Node = node; at.by !== null; at = at.by.from) actions.push(at.by.action);
  return actions.reverse();
}

/**
 * Why a group cannot be made true from a state: the first goal that is out of reach even when nothing is ever
 * undone, with what is missing for the skill that comes nearest to it; or that the goals exclude one another.
 */
function whyNot(problem: Problem, state: bigint, goals: readonly Condition[]): Reason {
  let reachable = state;
  for (let grown = true; grown; ) {
    const before = reachable;
    for (const { pre, adds } of problem.actions) if ((reachable & pre) === pre) reachable |= adds;
    grown = reachable !== before;
  }
  const goal = goals.find((condition) => (problem.maskOf([condition]).yes & ~reachable) !== 0n);
  if (goal === undefined) return { kind: "conflict", goals };
  const { yes } = problem.maskOf([goal]);
  const ways = problem.actions
    .filter(({ adds }) => (adds & yes) !== 0n)
    .map(({ pre }) => pre & ~reachable)
    .sort((a, b) => count(a) - count(b));
  const missing = ways[0] ?? 0n;
  const holding = (bits: bigint) =>
    problem.conditions.filter((_, bit) => (bits & (1n << BigInt(bit))) !== 0n);
  const inside = holding(state).find(
    (condition) => condition.predicate === "in" && "object" in goal && condition.object === goal.object,
  );
  return {
    kind: "unreachable",
    goal,
    unmet: holding(missing),
    inside: inside?.predicate === "in" ? inside.place : null,
    later: state !== problem.initial,
  };
}

/** A binary heap: the least sum of steps and estimate first, then the least estimate, then the older. */
class Heap {
  private readonly nodes: { node: Node; order: number }[] = [];
  private pushed = 0;

  push(node: Node): void {
    const { nodes } = this;
    nodes.push({ node, order: this.pushed++ });
    for (let i = nodes.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.before(i, parent)) break;
      this.swap(i, parent);
      i = parent;
    }
  }

  pop(): Node | undefined {
    const { nodes } = this;
    if (nodes.length === 0) return undefined;
    this.swap(0, nodes.length - 1);
    const { node } = nodes.pop()!;
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let least = i;
      if (left < nodes.length && this.before(left, least)) least = left;
      if (right < nodes.length && this.before(right, least)) least = right;
      if (least === i) return node;
      this.swap(i, least);
      i = least;
    }
  }

  private before(i: number, j: number): boolean {
    const a = this.nodes[i]!;
    const b = this.nodes[j]!;
    const sums = a.node.steps + a.node.estimate - (b.node.steps + b.node.estimate);
    if (sums !== 0) return sums < 0;
    const estimates = a.node.estimate - b.node.estimate;
    return estimates !== 0 ? estimates < 0 : a.order < b.order;
  }

  private swap(i: number, j: number): void {
    const { nodes } = this;
    [nodes[i], nodes[j]] = [nodes[j]!, nodes[i]!];
  }
}
