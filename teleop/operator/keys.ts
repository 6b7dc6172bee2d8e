/** Fingers on keys: what is held, since when and until when. Seconds; a press lasts 60 ms at least. */

/** A key going down or up, as a keyboard reports it. */
export interface KeyEvent {
  readonly code: string;
  readonly down: boolean;
}

/** Ways in which keys move a robot; of a base x is forward. */
export type Axis = "x" | "y" | "z" | "yaw";
export const AXES: readonly Axis[] = ["x", "y", "z", "yaw"];

/** Which key moves which way, as the page's picture makes it: less, then more; none along what a robot cannot move. */
export type KeysOfAxes = Readonly<Record<Axis, readonly string[]>>;

const SHORTEST = 0.06;

interface Press {
  readonly since: number;
  until: number;
}

/** The keys of one person. */
export class Fingers {
  private readonly held = new Map<string, Press>();
  private events: KeyEvent[] = [];

  isDown(code: string): boolean {
    return this.held.has(code);
  }

  /** when the key went down; null when it is up */
  since(code: string): number | null {
    return this.held.get(code)?.since ?? null;
  }

  /** Presses a key until then, or until it is let go; nothing when it is down already. */
  press(code: string, now: number, until = Number.POSITIVE_INFINITY): void {
    if (this.held.has(code)) return;
    this.held.set(code, { since: now, until: Math.max(until, now + SHORTEST) });
    this.events.push({ code, down: true });
  }

  /** Lets go at that time. */
  release(code: string, at: number): void {
    const press = this.held.get(code);
    if (press !== undefined) press.until = Math.max(press.since + SHORTEST, at);
  }

  /** Lets everything go at once: what the keyboard reports. */
  dropAll(): readonly KeyEvent[] {
    const events = [...this.events, ...[...this.held.keys()].map((code) => ({ code, down: false }))];
    this.held.clear();
    this.events = [];
    return events;
  }

  /** Lets go what is due, and tells what has happened since it was last asked. */
  take(now: number): { readonly events: readonly KeyEvent[]; readonly released: readonly string[] } {
    const released: string[] = [];
    for (const [code, { until }] of this.held)
      if (now >= until) {
        this.held.delete(code);
        released.push(code);
        this.events.push({ code, down: false });
      }
    const events = this.events;
    this.events = [];
    return { events, released };
  }
}
