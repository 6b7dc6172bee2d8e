/** What happened in a take, by frame: cues when they begin, grips, rewinds, take-overs, phases. Kept with the take. */
import type { Cue } from "./cues.js";
import type { TakeEvent } from "./protocol.js";

/** The notes of one take. */
export class TakeNotes {
  private list: TakeEvent[] = [];
  private begun = 0;
  /** kinds that were cued in the frame before */
  private last: readonly Cue["kind"][] = [];

  /** in the order in which they were noted */
  get events(): readonly TakeEvent[] {
    return this.list;
  }

  /** @param now seconds of the shared clock */
  constructor(private readonly now: () => number) {}

  /** A take begins. */
  clear(): void {
    this.list = [];
    this.last = [];
    this.begun = this.now();
  }

  note(frame: number, what: TakeEvent["what"], detail = ""): void {
    this.list = [...this.list, { frame, clock: this.now() - this.begun, what, detail }];
  }

  /** Notes each cue that was not there before. */
  cue(frame: number, cues: readonly Cue[]): void {
    for (const cue of cues) if (!this.last.includes(cue.kind)) this.note(frame, cue.kind, subject(cue));
    this.last = cues.map((cue) => cue.kind);
  }

  /** The gripper is told to close, or to open. */
  grip(frame: number, closed: boolean, closes: boolean): void {
    if (closed !== closes) this.note(frame, closes ? "grip" : "release");
  }

  /** The take goes back to that frame; that it did is noted by `note`. */
  cutAt(frame: number): void {
    this.list = this.list.filter((event) => event.frame < frame);
    this.last = [];
  }

  putBack(events: readonly TakeEvent[]): void {
    this.list = [...events];
    this.last = [];
  }
}

/** What a cue is about. */
function subject(cue: Cue): string {
  switch (cue.kind) {
    case "near-limit":
    case "at-limit":
      return cue.joint;
    case "contact":
    case "collision":
      return cue.other === null ? cue.part : `${cue.part} ${cue.other}`;
    case "edge":
      return cue.axis;
    default:
      return "";
  }
}
