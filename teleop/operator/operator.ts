/**
 * A person at the studio's Drive screen: arms a take, drives it, looks at the check or the cross, keeps it, rewinds or
 * throws it away, and begins the next. It sees what the page shows, late, and does nothing but press keys, so that
 * the same model drives the session headless and the real page in a browser.
 */
import { createRandom, type Random } from "../../core/index.js";
import { FIRST_STEP } from "../devices/speeds.js";
import { BasePerson } from "./base-driver.js";
import { ArmPerson } from "./driver.js";
import type { Errand, Person } from "./errand.js";
import type { KeyEvent } from "./keys.js";
import { Eyes, type Sight } from "./sight.js";
import { STYLES, type Style } from "./styles.js";

/** The direction into that picture, rad about z. */
export const DESK_AZIMUTH = Math.atan2(0.02 + 2.12, 0.31 - 2.02);

/** Seconds after which a take is given up. */
const PATIENCE = 60;
/** Rewinds in one take before it is thrown away. */
const MOST_REWINDS = 2;

/** What an operator has done so far. */
export interface Deeds {
  readonly presses: number;
  readonly rewinds: number;
  readonly thrown: number;
}

/** One person for one session. */
export class Operator {
  readonly eyes = new Eyes();
  readonly style: Style;
  private readonly random: Random;
  private person: Person | null = null;
  /** the page's speed step, once something was driven */
  private step: number | null = null;
  /** nothing is decided about the recorder before */
  private busyUntil = 0;
  /** the phase that was acted upon, until another one is seen */
  private answered: string | null = null;
  /** the phase that is thought about */
  private thinking: string | null = null;
  private rewinds = 0;
  private drops = 0;
  private slips = 0;
  /** what is seen of the recorder before is old news */
  private actedUntil = 0;
  private counts = { presses: 0, rewinds: 0, thrown: 0 };
  /** keys that come up later */
  private pending: { readonly at: number; readonly code: string }[] = [];

  constructor(
    private readonly errand: () => Errand,
    seed: number,
    style: Style = STYLES[seed % STYLES.length]!,
  ) {
    this.style = style;
    this.random = createRandom(seed).fork("operator");
  }

  get deeds(): Deeds {
    return this.counts;
  }

  /** One tick of the person's clock, every 10 ms: what the keyboard reports. */
  tick(now: number): KeyEvent[] {
    const events: KeyEvent[] = [];
    this.pending = this.pending.filter(({ at, code }) => {
      if (now < at) return true;
      events.push({ code, down: false });
      return false;
    });
    const sight = this.eyes.at(now - 0.25);
    if (sight !== null) this.attend(sight, now, events);
    if (this.person !== null) events.push(...this.drive(this.person, now));
    this.counts.presses += events.filter(({ down }) => down).length;
    return events;
  }

  private drive(person: Person, now: number): readonly KeyEvent[] {
    const events = person.tick(now);
    this.step = person.speedStep;
    return events;
  }

  /** What is to be done about the recorder. */
  private attend(sight: Sight, now: number, events: KeyEvent[]): void {
    const { phase } = sight;
    if (phase !== this.answered) this.answered = null;
    const think = (low: number, high: number): void => {
      this.busyUntil = now + this.random.uniform(low, high);
    };
    switch (phase) {
      case "ready":
        if (!this.ready(now, phase, () => think(0.5, 1.1))) return;
        this.rewinds = 0;
        [this.drops, this.slips] = [0, 0];
        this.tap("KeyR", now, events);
        this.person = this.newPerson(now, false);
        return;
      case "recording":
        if (now < this.actedUntil) return;
        if (this.person === null) {
          this.person = this.newPerson(now, sight.width < 0.06);
          [this.drops, this.slips] = [0, 0];
        }
        this.regret(this.person, now, events);
        return;
      case "review":
        this.letGo(events);
        if (!this.ready(now, phase, () => think(0.25, 0.6))) return;
        if (sight.done === "success") this.tap("Enter", now, events);
        else if (this.rewinds < MOST_REWINDS) this.rewind(now, events);
        else this.give(now, events);
        return;
      case "paused":
        this.letGo(events);
        if (!this.ready(now, phase, () => think(0.4, 0.8))) return;
        this.tap("KeyR", now, events);
        return;
      case "thrown-away":
        if (!this.ready(now, phase, () => think(0.2, 0.4))) return;
        this.tap("Enter", now, events);
        return;
      default:
        return;
    }
  }

  /** What went wrong is put right, or taken back. */
  private regret(person: Person, now: number, events: KeyEvent[]): void {
    if (person.age(now) > PATIENCE) {
      this.give(now, events);
      return;
    }
    const [dropped, slipped] = [person.dropped > this.drops, person.slipped > this.slips];
    [this.drops, this.slips] = [person.dropped, person.slipped];
    if (!dropped && !slipped) return;
    const chance = dropped ? 0.5 : this.style.regrets;
    if (this.rewinds < MOST_REWINDS && this.random.next() < chance) this.rewind(now, events);
  }

  /** True once, a while after a phase was first seen. */
  private ready(now: number, phase: string, think: () => void): boolean {
    if (this.answered === phase) return false;
    if (this.thinking !== phase) {
      this.thinking = phase;
      think();
      return false;
    }
    if (now < this.busyUntil) return false;
    this.answered = phase;
    this.thinking = null;
    return true;
  }

  private newPerson(now: number, holding: boolean): Person {
    const random = createRandom(`${this.random.next()}`);
    const [errand, { eyes, style }] = [this.errand(), this];
    const step = this.step ?? FIRST_STEP[errand.body];
    return errand.body === "base"
      ? new BasePerson(eyes, errand, style, random, now, step)
      : new ArmPerson(eyes, errand, style, random, now, step, holding);
  }

  private tap(code: string, now: number, events: KeyEvent[]): void {
    events.push({ code, down: true });
    this.pending.push({ at: now + this.random.uniform(0.06, 0.12), code });
  }

  private letGo(events: KeyEvent[]): void {
    if (this.person === null) return;
    events.push(...this.person.letGo());
    this.person = null;
  }

  private rewind(now: number, events: KeyEvent[]): void {
    this.letGo(events);
    this.rewinds++;
    this.actedUntil = now + 0.4;
    this.counts.rewinds++;
    this.tap("Backspace", now, events);
  }

  private give(now: number, events: KeyEvent[]): void {
    this.letGo(events);
    this.counts.thrown++;
    this.actedUntil = now + 0.4;
    this.tap("Delete", now, events);
  }
}
