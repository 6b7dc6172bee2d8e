/**
 * What stands over the picture: a few words at the point they are about, worst first, four at most, none over
 * another. Positions are written straight to the elements every frame; the words follow the signals.
 */
import { carriedBy, impossible, transformPoint, type Vec3 } from "../../core/index.js";
import type { Projection } from "../../sim/view/index.js";
import type { Cue } from "../studio/cues.js";
import { footOf, type LiveState } from "./live.js";
import type { Words } from "./words/index.js";

/** A pin: what it says, and where in the world. */
export interface Pin {
  readonly key: string;
  readonly level: "plain" | "warn" | "danger";
  readonly text: string;
  readonly at: (state: LiveState) => Vec3;
}

/** Most pins at a time. */
const MOST = 4;
const DEGREES = 180 / Math.PI;
/** m below which height above the table is not worth a pin. */
const LOW = 0.03;

const tool = (state: LiveState): Vec3 => state.tool.position;

/** The pins of a moment. */
export function pinsOf(
  words: Words,
  cues: readonly Cue[],
  state: LiveState | null,
  joints: readonly string[],
  jointPoint: (index: number) => Vec3 | null,
): Pin[] {
  const pins = cues.flatMap((cue): Pin[] => {
    switch (cue.kind) {
      case "collision":
      case "contact": {
        const words_ = cue.force === null ? words.pin.contactOnly : words.pin.contact(cue.force.toFixed(1));
        const text =
          cue.kind === "collision"
            ? words.pin.collision(
                words.links[cue.part] ?? cue.part.replaceAll("_", " "),
                cue.other === null ? null : (words.things[cue.other] ?? cue.other.replaceAll("_", " ")),
                cue.force?.toFixed(0) ?? null,
              )
            : words_;
        return [
          {
            key: `touch-${cue.part}`,
            level: cue.kind === "collision" ? "danger" : "warn",
            text,
            at: () => cue.at,
          },
        ];
      }
      case "at-limit":
      case "near-limit": {
        const index = joints.indexOf(cue.joint);
        const text =
          cue.unit === "m"
            ? liftWords(words, cue.kind, cue.margin)
            : turnWords(words, words.joint(index + 1 - carriedBy(joints)), cue.kind, cue.margin);
        const at = (now: LiveState) => jointPoint(index) ?? tool(now);
        return [{ key: cue.joint, level: cue.kind === "at-limit" ? "danger" : "warn", text, at }];
      }
      case "edge":
        return [{ key: "edge", level: "warn", text: words.pin.edge, at: tool }];
      case "unreachable":
        // A joint at its limit says so itself.
        if (cue.reach === null && cues.some(({ kind }) => kind === "at-limit")) return [];
        return [
          {
            key: "reach",
            level: "warn",
            text: cue.reach === null ? words.pin.unreachable : words.pin.tooFar(Math.round(cue.reach * 1000)),
            at: tool,
          },
        ];
      case "singular":
        // Too far says more, and is said at the same place.
        if (cues.some(({ kind }) => kind === "unreachable")) return [];
        return [{ key: "singular", level: "warn", text: words.pin.singular, at: tool }];
      case "lag":
        return [
          {
            key: "lag",
            level: "plain",
            text: words.pin.lag(Math.round(cue.distance * 1000)),
            at: (now) => transformPoint(footOf(now), now.hand.position),
          },
        ];
      default:
        return impossible(cue);
    }
  });
  const rank = { danger: 0, warn: 1, plain: 2 } as const;
  pins.sort((a, b) => rank[a.level] - rank[b.level]);
  const unique = pins
    .filter((pin, i) => pins.findIndex((other) => other.key === pin.key) === i)
    .slice(0, MOST);
  const table = state !== null && state.base === undefined && joints.length > 0;
  if (table && state.tool.position[2] > LOW && unique.length < MOST)
    unique.push({
      key: "height",
      level: "plain",
      text: words.pin.up(Math.round(state.tool.position[2] * 1000)),
      at: ({ tool: { position } }) => [position[0], position[1], 0],
    });
  return unique;
}

const turnWords = ({ pin }: Words, name: string, kind: "near-limit" | "at-limit", margin: number): string =>
  kind === "at-limit" ? pin.atLimit(name) : pin.nearLimit(name, Math.round(Math.max(0, margin) * DEGREES));

const liftWords = ({ pin }: Words, kind: "near-limit" | "at-limit", margin: number): string =>
  kind === "at-limit" ? pin.atEnd : pin.nearEnd(Math.round(Math.max(0, margin) * 1000));

/** Puts elements beside the points they are about, without covering each other or leaving the picture. */
export function placePins(
  pins: readonly Pin[],
  elements: ReadonlyMap<string, HTMLElement>,
  state: LiveState,
  project: (point: Vec3) => Projection,
  bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  const placed: { x: number; y: number; width: number; height: number }[] = [];
  for (const pin of pins) {
    const element = elements.get(pin.key);
    if (element === undefined) continue;
    const { x, y, depth } = project(pin.at(state));
    const { offsetWidth: width, offsetHeight: height } = element;
    const below = pin.key === "height";
    const box = {
      x: Math.min(
        bounds.x + bounds.width - width - 4,
        Math.max(bounds.x + 4, below ? x - width - 28 : x + 36),
      ),
      y: Math.min(bounds.y + bounds.height - height - 4, Math.max(bounds.y + 4, below ? y + 6 : y - 40)),
      width,
      height,
    };
    for (const other of placed)
      if (box.x < other.x + other.width && other.x < box.x + width && Math.abs(box.y - other.y) < height + 4)
        box.y = other.y + other.height + 4;
    placed.push(box);
    element.style.transform = `translate(${Math.round(box.x)}px, ${Math.round(box.y)}px)`;
    element.style.visibility = depth > 0 ? "visible" : "hidden";
  }
}
