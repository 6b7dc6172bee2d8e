/**
 * How what was drawn for an episode's pictures changes its cameras and its light: as data, without drawing anything.
 * Optical frames as in `cameras.ts`; the frame of lights is the world's.
 */
import {
  type Appearance,
  compose,
  fromAxisAngle,
  norm,
  type Quat,
  scale,
  type Vec3,
} from "../../core/index.js";
import type { CameraMount } from "./cameras.js";
import { KEY_TOWARDS, RECORD_STUDIO, type Studio } from "./looks.js";
import type { WorldKind } from "./types.js";

/** Degrees of a field of view, at most. */
const WIDEST = 150;

/** A camera as it was drawn; those on several wrists are drawn as one. */
export function mountAs(mount: CameraMount, appearance: Appearance | null): CameraMount {
  const drawn = appearance?.cameras[mount.on === "tool" ? "wrist" : mount.name];
  if (drawn === undefined) return mount;
  const angle = norm(drawn.turn);
  const orientation: Quat = angle > 0 ? fromAxisAngle(scale(drawn.turn, 1 / angle), angle) : [0, 0, 0, 1];
  return {
    ...mount,
    view: Math.min(WIDEST, mount.view * drawn.view),
    mountFromCamera: compose(mount.mountFromCamera, { position: drawn.shift, orientation }),
  };
}

/** The light of recorded pictures as it was drawn. */
export function studioAs(kind: WorldKind, appearance: Appearance | null): Studio {
  const usual = RECORD_STUDIO[kind];
  if (appearance === null) return usual;
  const { key, rest } = appearance.light;
  return {
    ...usual,
    key: scale(usual.key, key),
    sky: scale(usual.sky, rest),
    ground: scale(usual.ground, rest),
    wide: usual.wide.map((light) => ({ ...light, colour: scale(light.colour, rest) })),
  };
}

/** Towards the key light as it was drawn. */
export function keyAs(kind: WorldKind, appearance: Appearance | null): Vec3 {
  const [x, y, z] = KEY_TOWARDS[kind];
  if (appearance === null) return [x, y, z];
  const [c, s] = [Math.cos(appearance.light.turn), Math.sin(appearance.light.turn)];
  return [c * x - s * y, s * x + c * y, z];
}
