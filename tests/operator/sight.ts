/**
 * What a person sees of the page: the picture of a while ago. Frame: the arm's base as the page draws it; metres,
 * radians, seconds on the page's clock.
 */
import type { Vec3 } from "../../core/index.js";

/** One thing in the picture. */
export interface Thing {
  readonly position: Vec3;
  readonly yaw: number;
}

/** A picture. */
export interface Sight {
  readonly time: number;
  readonly tool: Thing;
  /** m between the fingers */
  readonly width: number;
  readonly things: Readonly<Record<string, Thing>>;
  /** the words on the recorder's card */
  readonly phase: string;
  /** the check or the cross in review */
  readonly done: "success" | "failure" | null;
}

/** Seconds of pictures that are remembered. */
const MEMORY = 2;

/** The pictures of the last moments. */
export class Eyes {
  private readonly pictures: Sight[] = [];

  /** The page shows this from now on. */
  show(sight: Sight): void {
    this.pictures.push(sight);
    while (this.pictures.length > 2 && this.pictures[1]!.time < sight.time - MEMORY) this.pictures.shift();
  }

  /** The picture that was there at a time; the first one before any. */
  at(time: number): Sight | null {
    return this.pictures.findLast((picture) => picture.time <= time) ?? this.pictures[0] ?? null;
  }
}
