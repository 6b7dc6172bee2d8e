/**
 * A path for a round base through a known room: A* (Hart, Nilsson, Raphael 1968) on an 8-connected grid, with
 * a cost that prefers room around the base, then smoothed. Frame `map`, metres. It knows everything, so it
 * serves demonstrations and the drawing of rooms; nothing on a robot uses it.
 */
import { clearance, type Room } from "./room.js";

const CELL = 0.1;
const STEPS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
] as const;
/** What little room costs: a cell counts its length times (1 + weight / clearance), metres. */
const CLEARANCE_WEIGHT = 0.25;
const LEAST_CLEARANCE = 0.05;
const SMOOTHING_ROUNDS = 30;

/** A point of the floor. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Points from the grid cell at `from` to `to`, one about every 10 cm, or null when no way leaves `margin`
 * metres around the base. A start that is nearer than that may leave by growing clearance.
 */
export function planPath(room: Room, from: Point, to: Point, margin: number): Point[] | null {
  const side = Math.round((2 * room.halfWidth) / CELL) + 1;
  const index = (value: number) =>
    Math.max(0, Math.min(side - 1, Math.round((value + room.halfWidth) / CELL)));
  const at = (i: number) => i * CELL - room.halfWidth;
  const clearances = new Float64Array(side * side).fill(Number.NaN);
  const clear = (node: number) => {
    const known = clearances[node]!;
    if (!Number.isNaN(known)) return known;
    const found = clearance(room, at(node % side), at(Math.floor(node / side)));
    clearances[node] = found;
    return found;
  };

  const start = index(from.x) + side * index(from.y);
  const goal = index(to.x) + side * index(to.y);
  const cost = new Float64Array(side * side).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(side * side).fill(-1);
  const closed = new Uint8Array(side * side);
  const estimate = (node: number) => {
    const dx = Math.abs((node % side) - (goal % side));
    const dy = Math.abs(Math.floor(node / side) - Math.floor(goal / side));
    return CELL * (Math.max(dx, dy) + (Math.SQRT2 - 1) * Math.min(dx, dy));
  };
  const open = createHeap();
  cost[start] = 0;
  open.push(start, estimate(start));
  for (let node = open.pop(); node >= 0 && node !== goal; node = open.pop()) {
    if (closed[node] === 1) continue;
    closed[node] = 1;
    const column = node % side;
    const row = Math.floor(node / side);
    for (const [di, dj] of STEPS) {
      const i = column + di;
      const j = row + dj;
      if (i < 0 || j < 0 || i >= side || j >= side) continue;
      const next = i + side * j;
      const free = clear(next);
      if (free < margin && !(clear(node) < margin && free > clear(node)) && next !== goal) continue;
      const length = CELL * Math.hypot(di, dj);
      const total = cost[node]! + length * (1 + CLEARANCE_WEIGHT / Math.max(LEAST_CLEARANCE, free));
      if (total >= cost[next]!) continue;
      cost[next] = total;
      before[next] = node;
      open.push(next, total + estimate(next));
    }
  }
  if (cost[goal] === Number.POSITIVE_INFINITY) return null;

  const path: { x: number; y: number }[] = [{ x: to.x, y: to.y }];
  for (let node = goal; node >= 0; node = before[node]!)
    path.push({ x: at(node % side), y: at(Math.floor(node / side)) });
  path.reverse();
  smooth(room, path, margin);
  return path;
}

/** Pulls each inner point towards the middle of its neighbours where that does not cost needed clearance. */
function smooth(room: Room, path: { x: number; y: number }[], margin: number): void {
  for (let round = 0; round < SMOOTHING_ROUNDS; round++)
    for (let i = 1; i < path.length - 1; i++) {
      const [a, b, c] = [path[i - 1]!, path[i]!, path[i + 1]!];
      const x = 0.5 * b.x + 0.25 * (a.x + c.x);
      const y = 0.5 * b.y + 0.25 * (a.y + c.y);
      if (clearance(room, x, y) >= Math.min(margin, clearance(room, b.x, b.y))) {
        b.x = x;
        b.y = y;
      }
    }
}

/** A binary heap of node numbers by priority, smallest first; `pop` gives -1 when empty. */
function createHeap(): { push(node: number, priority: number): void; pop(): number } {
  const nodes: number[] = [];
  const priorities: number[] = [];
  const swap = (i: number, j: number) => {
    [nodes[i], nodes[j]] = [nodes[j]!, nodes[i]!];
    [priorities[i], priorities[j]] = [priorities[j]!, priorities[i]!];
  };
  return {
    push(node, priority) {
      let i = nodes.push(node) - 1;
      priorities.push(priority);
      while (i > 0) {
        const parent = (i - 1) >> 1;
        if (priorities[parent]! <= priorities[i]!) break;
        swap(i, parent);
        i = parent;
      }
    },
    pop() {
      if (nodes.length === 0) return -1;
      swap(0, nodes.length - 1);
      const node = nodes.pop()!;
      priorities.pop();
      for (let i = 0; ; ) {
        const left = 2 * i + 1;
        if (left >= nodes.length) break;
        const right = left + 1;
        const least = right < nodes.length && priorities[right]! < priorities[left]! ? right : left;
        if (priorities[i]! <= priorities[least]!) break;
        swap(i, least);
        i = least;
      }
      return node;
    },
  };
}
