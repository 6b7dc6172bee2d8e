/**
 * The solids of a URDF's links: geometry, place and colour of a <visual> or <collision>. Metres. Meshes are named here,
 * not read (`mesh.ts`).
 */
import { refuse } from "../errors.js";
import type { Pose } from "../math/pose.js";
import type { Vec3 } from "../math/vec3.js";
import { need, numberOf, numbersOf, only, originOf, textOf, vectorOf } from "./elements.js";
import { placeOf, type XmlElement } from "./xml.js";

/** A solid of a link. Cylinders stand along their z. Metres. */
export type UrdfGeometry =
  | { readonly kind: "box"; readonly size: Vec3 }
  | { readonly kind: "cylinder"; readonly radius: number; readonly length: number }
  | { readonly kind: "sphere"; readonly radius: number }
  | { readonly kind: "mesh"; readonly file: string; readonly scale: Vec3 };

/** A solid where it stands on its link. */
export interface UrdfShape {
  readonly geometry: UrdfGeometry;
  readonly linkFromShape: Pose;
  /** red green blue alpha, 0 to 1; null where the file names none */
  readonly colour: readonly [number, number, number, number] | null;
}

/** A colour, or none. */
export type Colour = UrdfShape["colour"];

/** The solid of a <visual> or <collision>, with the colour of its own material or of one of the file's. */
export function shapeOf(element: XmlElement, materials: ReadonlyMap<string, Colour>): UrdfShape {
  const geometry = need(element, "geometry");
  const material = only(element, "material");
  return {
    geometry: geometryOf(geometry),
    linkFromShape: originOf(element),
    colour:
      material === null
        ? null
        : (colourOf(material) ?? materials.get(material.attributes.get("name") ?? "") ?? null),
  };
}

function geometryOf(element: XmlElement): UrdfGeometry {
  const [solid] = element.children;
  if (solid === undefined) return refuse(placeOf(element), "must hold a shape");
  const size = (key: string): number => {
    const value = numberOf(solid, key);
    return value > 0 ? value : refuse(placeOf(solid), `${key} must be positive`, value);
  };
  switch (solid.name) {
    case "box": {
      const sides = vectorOf(solid, "size");
      return Math.min(...sides) > 0
        ? { kind: "box", size: sides }
        : refuse(placeOf(solid), "size must be three positive numbers", sides);
    }
    case "cylinder":
      return { kind: "cylinder", radius: size("radius"), length: size("length") };
    case "sphere":
      return { kind: "sphere", radius: size("radius") };
    case "mesh":
      return {
        kind: "mesh",
        file: textOf(solid, "filename"),
        scale: solid.attributes.has("scale") ? vectorOf(solid, "scale") : [1, 1, 1],
      };
    default:
      return refuse(placeOf(solid), "shape must be one of box, cylinder, sphere, mesh", solid.name);
  }
}

/** The colour that a <material> says; null where it says none. */
export function colourOf(material: XmlElement): Colour {
  const colour = only(material, "color");
  return colour === null ? null : (numbersOf(colour, "rgba", 4) as unknown as Colour);
}
