/**
 * Calls and goals, each on a connection of its own while it runs: a server that handles one frame after another
 * holds up everything behind a goal. One idle connection is kept ready; one whose call timed out may be stuck, and
 * is given up.
 */
import type { Clock } from "../../core/index.js";
import { encodeFrame, type Link, type LinkOptions } from "./link.js";

export type Frame = Readonly<Record<string, unknown>>;

/** A call under way. */
export interface Call {
  /** sends a further frame on the call's connection */
  also(frame: object): void;
  /** whether its first frame has left */
  readonly sent: boolean;
  /** Ends it: the connection goes to others, or, when it may be stuck, away. */
  end(stuck: boolean): void;
}

export interface CallEvents {
  /** every frame that comes on the call's connection while it runs */
  frame(frame: Frame): void;
  /** it cannot be sent, or its connection was lost; comes at most once, `end` is then done */
  lost(reason: string): void;
}

export interface CallLines {
  /** Begins a call; its first frame leaves now or as soon as the new connection stands. */
  begin(frame: object, events: CallEvents): Call;
  /** Opens the spare connection. */
  prepare(): void;
  /** Ends all. */
  close(reason: string): void;
}

interface Line {
  readonly link: Link;
  events: CallEvents | null;
  first: string | null;
}

/** @param most connections at once */
export function openCallLines(
  clock: Clock,
  most: number,
  open: (events: Pick<LinkOptions, "onUp" | "onDown" | "onFrame">) => Link,
): CallLines {
  const lines = new Set<Line>();

  const newLine = (): Line => {
    const line: Line = {
      events: null,
      first: null,
      link: open({
        onUp: () => sendFirst(line),
        onDown: (reason) => {
          lines.delete(line);
          const { events } = line;
          line.events = null;
          events?.lost(reason);
        },
        onFrame: (frame) => line.events?.frame(frame),
      }),
    };
    lines.add(line);
    return line;
  };
  const sendFirst = (line: Line) => {
    const { first } = line;
    if (first === null) return;
    line.first = null;
    if (!line.link.sendText(first)) line.link.drop("the bridge does not take what is sent");
  };
  const idle = () => [...lines].filter((line) => line.events === null);
  const prepare = () => {
    if (idle().length === 0 && lines.size < most) newLine();
  };

  return {
    prepare,
    begin: (frame, events) => {
      const text = encodeFrame(frame);
      const free = idle();
      const line = free.find((one) => one.link.up) ?? free[0] ?? (lines.size < most ? newLine() : null);
      if (line === null) {
        // Told later, as every other loss: the caller has no handle yet.
        void clock.sleep(0).then(() => events.lost(`more than ${most} calls at once`));
        return { also: () => {}, sent: false, end: () => {} };
      }
      line.events = events;
      line.first = text;
      if (line.link.up) sendFirst(line);
      prepare();
      const mine = () => line.events === events;
      return {
        also: (further) => {
          if (mine()) line.link.send(further);
        },
        get sent() {
          return line.first === null;
        },
        end: (stuck) => {
          if (!mine()) return;
          line.events = null;
          if (stuck || line.first !== null || idle().length > 2) line.link.close();
        },
      };
    },
    close: (reason) => {
      for (const line of [...lines]) line.link.drop(reason);
    },
  };
}
