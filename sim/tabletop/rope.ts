/**
 * A rope as links on the table: capsules that end where the next begin, joined by ball joints that bend and twist as damped
 * springs (`bodies.ts` makes them). Own frame of a link: x along the rope, origin in its middle. Metres, kilograms.
 *
 * Of a real rope are its diameter and its weight; how far it bends is given as the flexural rigidity of Peirce's
 * cantilever (ASTM D1388): held out level, a piece of 2 (EI / w)^(1/3) hangs down by 41.5 degrees under its weight w a
 * metre. Chosen for the engine, and said so: a link has `INERTIA` times the inertia of its cylinder, for fingers of 0.1
 * kg would turn what weighs 9 g out of their grasp; and its turning dies down by itself, for the engine's capsules on
 * boxes roll, pushed by 0.7 % of their weight that is not there.
 *
 * Not modelled: stretch, plastic bending (it springs back), flattening between fingers, strands, how twist and bending
 * act on each other; knots and tight loops, for links next to each other do not collide.
 */
import { type Colour, cos, type Pose, type Quat, type Shape, sin, type Vec3 } from "../../core/index.js";
import type { WorldOptions } from "../engine.js";
import type { Prop } from "./setup.js";

/** What a rope is made of. */
export interface RopeStuff {
  /** m */
  readonly diameter: number;
  /** kg a metre */
  readonly weight: number;
  /** N m², flexural rigidity; as stiff in twisting */
  readonly rigidity: number;
  /** s: damping over stiffness of bending, as of a Kelvin-Voigt solid */
  readonly loss: number;
  readonly friction: number;
  /** m of a link between its joints */
  readonly link: number;
}

/**
 * Manila of 24 mm: 25.7 lb a 100 ft (Cordage Institute CI 1308, 1 inch). Rigidity and loss are those of a supple rope (16
 * cm held out hang down by 41.5 degrees), chosen, not measured.
 */
export const MANILA: RopeStuff = {
  diameter: 0.024,
  weight: 0.382,
  rigidity: 0.0002,
  loss: 0.1,
  friction: 0.5,
  link: 0.024,
};

/** Factor on a link's inertia; 1/s that its turning loses. */
const INERTIA = 20;
const ROLLING = 5;

/** How a world steps that ropes are in, with four iterations: contacts as stiff as the step allows. */
export const ropeWorld = (dt: number): Pick<WorldOptions, "contactFrequency" | "earlyFriction"> => ({
  contactFrequency: 1 / dt,
  earlyFriction: true,
});

/** Hertz of physics that ropes are held at between fingers. */
export const ROPE_RATE = 480;

/** The ends of a rope, by id and colour. */
export interface RopeEnds {
  readonly first: { readonly id: string; readonly colour: Colour };
  readonly last: { readonly id: string; readonly colour: Colour };
}

/**
 * The links of a rope that lies on the table.
 * @param start where it begins, m
 * @param headings rad about the vertical, of each link
 * @param name ids of the links between the ends: `rope_2`, `rope_3`, ...
 */
export function ropeProps(
  stuff: RopeStuff,
  { first, last }: RopeEnds,
  start: readonly [number, number],
  headings: readonly number[],
  name = "rope",
): Prop[] {
  const { diameter, weight, rigidity, loss, friction, link } = stuff;
  const radius = diameter / 2;
  const mass = weight * link;
  const stiffness = rigidity / link;
  const inertia = (INERTIA * mass * (3 * radius * radius + link * link)) / 12;
  const idOf = (i: number): string =>
    i === 0 ? first.id : i === headings.length - 1 ? last.id : `${name}_${i + 1}`;
  return ropePath(start, headings, link, radius).map((pose, i): Prop => {
    const end = i === 0 ? first : i === headings.length - 1 ? last : null;
    return {
      id: idOf(i),
      class: end === null ? "rope" : "rope-end",
      colour: end?.colour ?? null,
      shape: capsuleAlongX(radius, link),
      size: [link + diameter, diameter, diameter],
      shown: true,
      pose,
      friction,
      body: {
        kind: "link",
        after: i === 0 ? null : idOf(i - 1),
        mass,
        length: link,
        stiffness,
        damping: stiffness * loss,
        inertia,
        rolling: ROLLING,
      },
    };
  });
}

/** Poses of links that lie one after the other. */
function ropePath(
  [x0, y0]: readonly [number, number],
  headings: readonly number[],
  link: number,
  height: number,
): Pose[] {
  let [x, y] = [x0, y0];
  return headings.map((heading): Pose => {
    const [dx, dy] = [(link / 2) * cos(heading), (link / 2) * sin(heading)];
    const position: Vec3 = [x + dx, y + dy, height];
    x += 2 * dx;
    y += 2 * dy;
    return { position, orientation: [0, 0, sin(heading / 2), cos(heading / 2)] };
  });
}

/** The engine's capsules, and ours, stand: this one lies along x. */
const ALONG_X: Quat = [0, Math.SQRT1_2, 0, Math.SQRT1_2];

const capsuleAlongX = (radius: number, length: number): Shape => ({
  kind: "compound",
  parts: [{ shape: { kind: "capsule", radius, length }, at: { position: [0, 0, 0], orientation: ALONG_X } }],
});
