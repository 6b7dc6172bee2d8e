/**
 * What a URDF's elements say: attributes as names, numbers, vectors and poses, or a refusal with element and line.
 * Metres and radians as written. Not here: what the elements mean.
 */
import { refuse } from "../errors.js";
import { IDENTITY_POSE, type Pose } from "../math/pose.js";
import { fromRollPitchYaw } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import { childrenNamed, placeOf, type XmlElement } from "./xml.js";

/** characters of the name of a link or joint at most */
export const LONGEST_NAME = 200;

/** The pose that an <origin> says. */
export const originOf = (element: XmlElement): Pose => {
  const origin = only(element, "origin");
  if (origin === null) return IDENTITY_POSE;
  const turn = origin.attributes.has("rpy") ? vectorOf(origin, "rpy") : ([0, 0, 0] as const);
  return {
    position: origin.attributes.has("xyz") ? vectorOf(origin, "xyz") : [0, 0, 0],
    orientation: fromRollPitchYaw(...turn),
  };
};

/** The one child of that name, or null. */
export function only(element: XmlElement, name: string): XmlElement | null {
  const found = childrenNamed(element, name);
  if (found.length > 1) refuse(placeOf(found[1]!), `must stand once in <${element.name}>`);
  return found[0] ?? null;
}

/** The one child of that name; refused without. */
export const need = (element: XmlElement, name: string): XmlElement =>
  only(element, name) ?? refuse(placeOf(element), `must have <${name}>`);

/** An attribute; refused without. */
export const textOf = (element: XmlElement, key: string): string =>
  element.attributes.get(key)?.trim() ?? refuse(placeOf(element), `must have attribute ${key}`);

/** The name of a link or joint. */
export function nameOf(element: XmlElement): string {
  const name = textOf(element, "name");
  return name.length > 0 && name.length <= LONGEST_NAME
    ? name
    : refuse(placeOf(element), `a name must have 1 to ${LONGEST_NAME} characters`, name);
}

/** Finite numbers of an attribute, apart by spaces. */
export function numbersOf(element: XmlElement, key: string, count: number): number[] {
  const words = textOf(element, key).split(/\s+/);
  const numbers = words.map(Number);
  return numbers.length === count && numbers.every((value, i) => Number.isFinite(value) && words[i] !== "")
    ? numbers
    : refuse(placeOf(element), `${key} must be ${count} finite numbers`, element.attributes.get(key));
}

/** Three numbers of an attribute. */
export const vectorOf = (element: XmlElement, key: string): Vec3 =>
  numbersOf(element, key, 3) as unknown as Vec3;

/** One number of an attribute, or what it is where the attribute is not there. */
export const numberOf = (element: XmlElement, key: string, otherwise?: number): number =>
  otherwise !== undefined && !element.attributes.has(key) ? otherwise : numbersOf(element, key, 1)[0]!;
