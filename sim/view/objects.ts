/** The looks of scene objects in their own frames: blocks, cans, nuts, pegs, trays, drawers, obstacles, places. Metres. */
import { type BufferGeometry, Matrix4 } from "three";
import { impossible, partsOf, type SceneObject, type SimpleShape, type Vec3 } from "../../core/index.js";
import { TWO_TABLES } from "../mobile/two-tables.js";
import { TABLETOP } from "../tabletop/layout.js";
import { MAT_THICKNESS } from "./bench.js";
import { COLOUR_VALUES, type Finish, STEEL } from "./finish.js";
import { pot } from "./pot-parts.js";
import { sponge, spot, tee, teePaint } from "./pushed-parts.js";
import { linkSolid } from "./rope-parts.js";
import {
  type Detail,
  matrixOf,
  merged,
  moved,
  plate,
  revolve,
  roundedBox,
  slab,
  wallRing,
} from "./shapes.js";

const at = (x: number, y: number, z: number) => new Matrix4().makeTranslation(x, y, z);

/** Trays and obstacles without a colour of their own, in turn. */
const TRAYS = ["#eceae4", "#3a424b"];
const COLUMNS = ["#c8c2b6", "#8a96a1", "#c4ab84", "#a9b3a2"];
/** What is of metal and has no colour of its own. */
const BARE: Finish = { colour: "#b3a06a", roughness: 0.34, metal: 0.75 };
/** What stands on a table of wood must not look like it. */
const WALNUT: Finish = { colour: "#6f4a35", roughness: 0.55, lacquer: 0.15 };
const BLOCK: Finish = { colour: "#8fa3b5", roughness: 0.5, lacquer: 0.1 };
const LIGHT_WOOD: Finish = { colour: "#dcc39a", roughness: 0.58, lacquer: 0.15 };
/** The end of a lying peg that does not go in first. */
const TAIL: Finish = { colour: "#e9e4da", roughness: 0.5, lacquer: 0.2 };
const LID: Finish = { colour: "#c3c8cc", roughness: 0.3, metal: 0.9 };
/** What courses are built of: their solids, painted lines, the circle to stand on. */
const TIMBER: Finish = { colour: "#b78d58", roughness: 0.62, lacquer: 0.12 };
const PLY: Finish = { colour: "#c9a879", roughness: 0.66, lacquer: 0.1 };
const LINE: Finish = { colour: "#e8b52a", roughness: 0.6 };
const LANE: Finish = { colour: "#bdb7ab", roughness: 0.75 };
const PLACES = { shelf: "#c9742f", door: "#3f9a63", desk: "#2f6fd0" } as const;

/**
 * The solid of an object.
 * @param order how many of its class came before it
 */
export function objectSolid(detail: Detail, object: SceneObject, order: number): BufferGeometry {
  const [width, depth, height] = object.size;
  const named = object.colour === null ? null : COLOUR_VALUES[object.colour];
  switch (object.class) {
    case "box":
      return carton(detail, object.size, named ?? "#b98d5a");
    case "table":
      return table(detail, object.size, { colour: named ?? "#d9d4ca", roughness: 0.5, lacquer: 0.2 });
    case "cube":
      return roundedBox(detail, object.size, 0.105 * Math.min(...object.size), {
        colour: named ?? "#b9b4aa",
        roughness: 0.46,
        lacquer: 0.25,
      });
    case "bin": {
      const { wall } = TABLETOP.bin;
      const finish: Finish = { colour: named ?? TRAYS[order % TRAYS.length]!, roughness: 0.52, lacquer: 0.2 };
      const outer = [width + 2 * wall, depth + 2 * wall] as const;
      return merged([
        moved(
          wallRing(
            detail,
            { width: outer[0], depth: outer[1], height: height + MAT_THICKNESS, wall, corner: 0.018 },
            finish,
          ),
          at(0, 0, -MAT_THICKNESS),
        ),
        moved(
          slab(detail, [outer[0] - wall, outer[1] - wall, 0.0019], 0.012, 0.0002, { ...finish, open: 0.72 }),
          at(0, 0, 0.0004),
        ),
      ]);
    }
    case "can":
      return can(detail, width / 2, height, { colour: named ?? "#b9b4aa", roughness: 0.38, lacquer: 0.3 });
    case "nut":
      return solidParts(
        detail,
        object,
        named === null ? BARE : { colour: named, roughness: 0.42, lacquer: 0.2 },
      );
    case "peg": {
      const finish: Finish = named === null ? BARE : { colour: named, roughness: 0.42, lacquer: 0.2 };
      return width > Math.max(depth, height)
        ? lyingPeg(detail, object.size, finish)
        : solidParts(detail, object, finish);
    }
    case "hole":
      return solidParts(detail, object, named === null ? BLOCK : { ...BLOCK, colour: named }, JOINED);
    case "cabinet":
      return solidParts(detail, object, named === null ? WALNUT : { ...WALNUT, colour: named }, JOINED);
    case "drawer":
      return solidParts(
        detail,
        object,
        named === null ? LIGHT_WOOD : { ...LIGHT_WOOD, colour: named },
        JOINED,
      );
    case "pot":
      return pot(detail, object, named);
    case "tee":
      return tee(detail, object, named);
    case "outline":
      return teePaint(detail, object, named);
    case "sponge":
      return sponge(detail, object, named);
    case "stain":
    case "mark":
      return spot(detail, object, named);
    case "rope":
    case "rope-end":
      return linkSolid(detail, object, named);
    case "obstacle": {
      const radius = width / 2;
      const finish: Finish = {
        colour: named ?? COLUMNS[order % COLUMNS.length]!,
        roughness: 0.6,
        lacquer: 0.1,
      };
      return revolve(
        detail,
        [
          [radius, -height / 2],
          [radius, height / 2, 0.02],
          [0, height / 2],
        ],
        finish,
        { segments: 56 },
      );
    }
    case "shelf":
    case "door":
    case "desk":
      return mark(detail, Math.max(width, depth) / 2, named ?? PLACES[object.class]);
    case "track":
      return track(detail, width, depth);
    case "step":
      return roundedBox(detail, object.size, 0.006, TIMBER);
    case "ramp":
      return ramp(detail, object.size);
    case "platform":
      return platform(detail, object.size);
    default:
      return impossible(object.class);
  }
}

/** m of rounding where boards meet: hardly any, so that no seam shows. */
const JOINED = 0.0004;

/** What an object is made of, each solid in its place. @param round m, of the edges of boxes */
function solidParts(detail: Detail, object: SceneObject, finish: Finish, round?: number): BufferGeometry {
  const shape = object.shape ?? ({ kind: "box", size: object.size } as const);
  return merged(
    partsOf(shape).map((part) => moved(solidOf(detail, part.shape, finish, round), matrixOf(part.at))),
  );
}

/** A peg along x, its head (the half towards +x, which goes in first) in its colour. */
function lyingPeg(detail: Detail, [length, width, height]: Vec3, finish: Finish): BufferGeometry {
  const half = (sign: number, look: Finish) =>
    moved(
      solidOf(detail, { kind: "box", size: [length / 2, width, height] }, look),
      at((sign * length) / 4, 0, 0),
    );
  return merged([half(1, finish), half(-1, TAIL)]);
}

/** A box with a strip of tape along its lid. */
function carton(detail: Detail, size: Vec3, colour: string): BufferGeometry {
  const [length, width, height] = size;
  const tape: Finish = { colour: "#e9e2d0", roughness: 0.35, lacquer: 0.3 };
  return merged([
    roundedBox(detail, size, 0.05 * Math.min(...size), { colour, roughness: 0.62, lacquer: 0.08 }),
    moved(
      slab(detail, [length + 0.0006, 0.3 * width, 0.0006], 0.001, 0.0001, tape),
      at(0, 0, height / 2 + 0.0003),
    ),
  ]);
}

/** A top on four legs, its upper face at the origin; the sizes are those that the simulation has. */
function table(detail: Detail, [depth, width, height]: Vec3, finish: Finish): BufferGeometry {
  const { top, leg, inset } = TWO_TABLES.table;
  const under = height - top;
  return merged([
    moved(slab(detail, [depth, width, top], 0.02, 0.004, finish), at(0, 0, 0)),
    ...[1, -1].flatMap((sx) =>
      [1, -1].map((sy) =>
        moved(
          roundedBox(detail, [leg, leg, under], 0.008, STEEL),
          at(sx * (depth / 2 - inset), sy * (width / 2 - inset), -top - under / 2),
        ),
      ),
    ),
  ]);
}

/** A simple solid around the origin. */
function solidOf(detail: Detail, shape: SimpleShape, finish: Finish, edge?: number): BufferGeometry {
  switch (shape.kind) {
    case "box":
      return roundedBox(detail, shape.size, edge ?? 0.06 * Math.min(...shape.size), finish);
    case "cylinder": {
      const { radius, height } = shape;
      const round = 0.08 * Math.min(radius, height);
      return revolve(
        detail,
        [
          [0, -height / 2],
          [radius, -height / 2, round],
          [radius, height / 2, round],
          [0, height / 2],
        ],
        finish,
      );
    }
    case "sphere": {
      const steps = 16;
      return revolve(
        detail,
        Array.from({ length: steps + 1 }, (_, i) => {
          const angle = (Math.PI * i) / steps;
          return [shape.radius * Math.sin(angle), -shape.radius * Math.cos(angle)] as const;
        }),
        finish,
      );
    }
    case "capsule": {
      const { radius, length } = shape;
      return revolve(
        detail,
        [
          [0, -length / 2 - radius],
          [radius, -length / 2 - radius, radius],
          [radius, length / 2 + radius, radius],
          [0, length / 2 + radius],
        ],
        finish,
      );
    }
    default:
      return impossible(shape);
  }
}

/** A drink can: a painted wall between two bare, drawn-in ends. */
function can(detail: Detail, radius: number, height: number, finish: Finish): BufferGeometry {
  const half = height / 2;
  const neck = 0.82 * radius;
  const shoulder = 0.09 * height;
  return merged([
    revolve(
      detail,
      [
        [neck, -half + 0.4 * shoulder, 0.001],
        [radius, -half + shoulder, 0.004],
        [radius, half - shoulder, 0.004],
        [neck, half - 0.2 * shoulder, 0.001],
      ],
      finish,
      { segments: 48 },
    ),
    revolve(
      detail,
      [
        [0, -half],
        [neck, -half, 0.001],
        [neck, -half + 0.4 * shoulder],
      ],
      LID,
      { segments: 48 },
    ),
    revolve(
      detail,
      [
        [neck, half - 0.2 * shoulder],
        [neck, half, 0.001],
        [neck - 0.0025, half, 0.001],
        [neck - 0.0025, half - 0.003],
        [0, half - 0.003],
      ],
      LID,
      { segments: 48 },
    ),
  ]);
}

/** A painted ring and dot on the floor. */
function mark(detail: Detail, radius: number, colour: string): BufferGeometry {
  const finish: Finish = { colour, roughness: 0.7 };
  return merged([
    revolve(
      detail,
      [
        [radius, 0.002],
        [radius - 0.025, 0.0022],
      ],
      finish,
      { segments: 64 },
    ),
    revolve(
      detail,
      [
        [0.05, 0.002],
        [0, 0.0022],
      ],
      finish,
      { segments: 32 },
    ),
  ]);
}

/** Width of the lines along a track, and how far painted things stand out, m. */
const PAINTED = { line: 0.05, lift: 0.0015 } as const;

/** A lane on the floor between two painted lines. */
function track(detail: Detail, length: number, width: number): BufferGeometry {
  const lane = moved(slab(detail, [length, width, 0], 0.02, 0, LANE), at(0, 0, PAINTED.lift));
  const lines = [1, -1].map((side) =>
    moved(
      slab(detail, [length, PAINTED.line, 0], 0.005, 0, LINE),
      at(0, (side * (width - PAINTED.line)) / 2, 2 * PAINTED.lift),
    ),
  );
  return merged([lane, ...lines]);
}

/** A wedge that rises along x, around the middle of its box, with lines along its edges and treads across. */
function ramp(detail: Detail, [length, width, height]: Vec3): BufferGeometry {
  const profile = [
    [-length / 2, -height / 2],
    [length / 2, -height / 2],
    [length / 2, height / 2],
  ] as const;
  const upright = new Matrix4().makeRotationX(Math.PI / 2).setPosition(0, width / 2, 0);
  const body = moved(plate(detail, profile, width, 0, PLY), upright);
  const slope = Math.atan2(height, length);
  const rise = Math.hypot(length, height);
  const onSlope = (geometry: BufferGeometry, along: number, across: number) =>
    moved(
      geometry,
      new Matrix4()
        .makeRotationY(-slope)
        .multiply(new Matrix4().makeTranslation(along, across, PAINTED.lift)),
    );
  const lines = [1, -1].map((side) =>
    onSlope(slab(detail, [rise, PAINTED.line, 0], 0.005, 0, LINE), 0, (side * (width - PAINTED.line)) / 2),
  );
  const count = Math.floor(rise / 0.12);
  const treads = Array.from({ length: count }, (_, i) =>
    onSlope(
      roundedBox(detail, [0.018, width - 4 * PAINTED.line, 0.004], 0.0015, TIMBER),
      ((i + 0.5) / count - 0.5) * rise,
      0,
    ),
  );
  return merged([body, ...lines, ...treads]);
}

/** A block below its origin, with lines along its edges and a ring and a dot to stand on. */
function platform(detail: Detail, [length, width, height]: Vec3): BufferGeometry {
  const block = moved(roundedBox(detail, [length, width, height], 0.004, PLY), at(0, 0, -height / 2));
  const lines = [1, -1].map((side) =>
    moved(
      slab(detail, [length, PAINTED.line, 0], 0.005, 0, LINE),
      at(0, (side * (width - PAINTED.line)) / 2, PAINTED.lift),
    ),
  );
  return merged([block, ...lines, mark(detail, 0.25, PLACES.door)]);
}
