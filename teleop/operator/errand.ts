/** What there is to do, as the page says it, and what drives it: the persons that an operator sends to the keys. */
import { type Point, type Room, roomOf } from "../../sim/index.js";
import type { SceneMessage } from "../studio/protocol.js";
import type { KeyEvent } from "./keys.js";

/** Something to take with an arm, and where it goes. */
export interface ArmErrand {
  readonly body: "arm";
  readonly target: string;
  readonly place: string | null;
}

/** Somewhere to drive a base to, through a room as the page's map shows it. */
export interface BaseErrand {
  readonly body: "base";
  readonly place: Point;
  readonly room: Room;
}

/** What there is to do. */
export type Errand = ArmErrand | BaseErrand;

/** The errand of a layout: with nothing to take, a base is to drive somewhere. */
export function errandOf({ goal, objects }: Pick<SceneMessage, "goal" | "objects">): Errand {
  const { target, place } = goal;
  if (target !== undefined) return { body: "arm", target, place: place ?? null };
  const [x, y] = objects.find(({ id }) => id === place)!.pose.position;
  return { body: "base", place: { x, y }, room: roomOf(objects) };
}

/** Somebody at the keys during one take. */
export interface Person {
  /** One tick of 10 ms: what the keyboard reports. */
  tick(now: number): readonly KeyEvent[];
  /** Lets every key go at once: what the keyboard reports. */
  letGo(): readonly KeyEvent[];
  /** Seconds since the take was begun. */
  age(now: number): number;
  /** How often something fell out of the fingers. */
  readonly dropped: number;
  /** How often a wrong key was hit. */
  readonly slipped: number;
  /** The page's speed step now. */
  readonly speedStep: number;
}
