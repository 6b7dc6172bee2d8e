/**
 * A take cut into parts, each about one object, without anybody's help. What cuts is what the fingers hold:
 *
 *   reach    until an object of the goal is held            moved with that object
 *   bring    until it is let go again, or the take ends     moved with the object of the goal it is at then
 *   the rest until the take ends                            goes on from where the part before has ended
 *
 * An object that is grasped again later was lost or put down by mistake: only its last grasp counts, and the reach for
 * it begins when the fingers opened after the last failure. So what went wrong is not multiplied. Pure.
 */
import { type GoalSlot, planarDistance } from "../../core/index.js";
import { COMMAND, type WatchedTake } from "./watch.js";

/** A part of a take: frames [from, to). */
export interface Part {
  readonly from: number;
  readonly to: number;
  /** the slot whose object the end of the part belongs to; null: the end lies where the beginning puts it */
  readonly reference: GoalSlot | null;
  /** the slot whose object is in the hand from the beginning; null: empty */
  readonly carries: GoalSlot | null;
  /** the slot whose object is in the hand when it ends; null: empty */
  readonly grasps: GoalSlot | null;
}

/** Frames for which an object may look lost without having been, and for which a grasp must last. */
const FLICKER = 3;
const SHORTEST = 5;
/** m beside the middle of an object within which something is let go at it */
const AT = 0.1;

interface Hold {
  readonly slot: GoalSlot;
  readonly from: number;
  readonly to: number;
}

/** The parts of a take, in order and without gaps; empty when nothing of the goal was ever held. */
export function partsOf(take: WatchedTake): Part[] {
  const holds = holdsOf(take.held);
  const kept = holds.filter(
    (hold, index) => !holds.slice(index + 1).some((later) => later.slot === hold.slot),
  );
  const parts: Part[] = [];
  let from = 0;
  for (const hold of kept) {
    const lost = holds.filter((each) => each.to <= hold.from && each.to > from && !kept.includes(each));
    const begin = Math.max(from, lastOpening(take, Math.max(from, lost.at(-1)?.from ?? from), hold.from));
    parts.push({ from: begin, to: hold.from, reference: hold.slot, carries: null, grasps: hold.slot });
    from = hold.from;
    const reference = nearestOther(take, hold);
    const stays = hold.to === take.frames;
    if (stays && reference === null) break;
    parts.push({ from, to: hold.to, reference, carries: hold.slot, grasps: stays ? hold.slot : null });
    from = hold.to;
  }
  const last = kept.at(-1);
  if (last !== undefined && from < take.frames) {
    const inHand = last.to === take.frames ? last.slot : null;
    parts.push({ from, to: take.frames, reference: null, carries: inHand, grasps: inHand });
  }
  return parts.filter((part) => part.to > part.from);
}

/** From when to when which object was held; short losses are none. */
function holdsOf(held: readonly (GoalSlot | null)[]): Hold[] {
  const runs: { slot: GoalSlot; from: number; to: number }[] = [];
  for (const [frame, slot] of held.entries()) {
    const last = runs.at(-1);
    if (slot === null) continue;
    if (last !== undefined && last.slot === slot && frame - last.to <= FLICKER) last.to = frame + 1;
    else runs.push({ slot, from: frame, to: frame + 1 });
  }
  return runs.filter(({ from, to }) => to - from >= SHORTEST);
}

/** The frame behind the last command in [from, to) that opened the fingers; `from` when none did. */
function lastOpening({ commands }: WatchedTake, from: number, to: number): number {
  for (let frame = to - 1; frame > from; frame--)
    if (widthAt(commands, frame) > widthAt(commands, frame - 1) + 1e-4) return frame;
  return from;
}

const widthAt = (commands: Float32Array, frame: number): number => commands[frame * COMMAND + 4]!;

/** The other object of the goal that the held one is let go at; null when it is let go elsewhere. */
function nearestOther({ objects }: WatchedTake, { slot, to }: Hold): GoalSlot | null {
  const at = Math.min(to, objects[slot]!.length - 1);
  const here = objects[slot]![at]!.position;
  const others = (Object.keys(objects) as GoalSlot[])
    .filter((other) => other !== slot)
    .map((other) => ({ other, away: planarDistance(objects[other]![at]!.position, here) }))
    .sort((a, b) => a.away - b.away);
  return others[0] !== undefined && others[0].away < AT ? others[0].other : null;
}
