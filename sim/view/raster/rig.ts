/**
 * The recorded cameras without graphics: the pictures that `camera-rig.ts` has drawn on a canvas, computed by the
 * processor, wherever there is none and sooner than graphics in software. Same solids, same light, same shadow map;
 * a pixel's colour is computed once for every triangle it shows, not for every triangle drawn there.
 */
import { type Appearance, integerIn, type SceneObject, type Vec3 } from "../../../core/index.js";
import { keyAs, mountAs } from "../appearance.js";
import { backgroundAs, lightRecorded, MOST_PIXELS, mountOf, recordLabels } from "../camera-rig.js";
import { CAMERA_NEAR, CAMERA_RANGE, CAMERA_SIZE, cameraMounts, intrinsicsOf } from "../cameras.js";
import { createContacts } from "../contact.js";
import type { ArmFigure } from "../figure.js";
import { aimKey, SHADOW_SIZE } from "../lighting.js";
import { matrixOf } from "../shapes.js";
import type { CameraPicture, CameraRequest, OwnCameraRig, WorldKind } from "../types.js";
import { createWorld } from "../world.js";
import { createPainter, type Painter } from "./paint.js";
import { bendPool, type Pool, poolOf } from "./pool.js";
import { clearSamples, createSamples, drawPieces, lensAt, SAMPLES, type Samples } from "./samples.js";
import { createShadowMap } from "./shadow-map.js";
import type { Pyramid } from "./texture.js";
import { createVeils } from "./veils.js";

/**
 * The recorded cameras of a world, computed.
 * @param options.arm default the Panda
 */
export function createComputedRig({
  kind,
  objects,
  arm,
}: {
  readonly kind: WorldKind;
  readonly objects: readonly SceneObject[];
  readonly arm?: ArmFigure;
}): OwnCameraRig {
  const world = createWorld(kind, objects, null, arm);
  const studio = world.studio.recorded;
  const contacts = createContacts(world);
  const veils = createVeils(contacts.recorded);
  const shadows = createShadowMap(SHADOW_SIZE);
  const pyramids = new Map<unknown, Pyramid>();
  const pictures = new Map<string, Samples>();
  let mounts = cameraMounts(kind, world.arm);
  let pool: Pool;
  let painter: Painter;
  let background: Vec3 = [0, 0, 0];

  const pack = () => {
    pool = poolOf(world.solids);
    painter = createPainter(pool, studio, shadows, pyramids);
  };
  const dress = (appearance: Appearance | null) => {
    mounts = cameraMounts(kind, world.arm).map((mount) => mountAs(mount, appearance));
    const { r, g, b } = backgroundAs(appearance?.colours["background"]);
    background = [r, g, b].map((value) => Math.round(255 * value)) as unknown as Vec3;
    world.shade(appearance?.colours ?? {});
    lightRecorded(world, appearance);
    aimKey(studio, kind, keyAs(kind, appearance));
  };
  const samplesOf = (width: number, height: number): Samples => {
    const key = `${width} ${height}`;
    let samples = pictures.get(key);
    if (samples === undefined) {
      pictures.clear();
      samples = createSamples(width, height);
      pictures.set(key, samples);
    }
    return samples;
  };
  pack();
  dress(null);

  return {
    names: mounts.map(({ name }) => name),
    get labels() {
      return recordLabels(world);
    },
    render: async (state, request: CameraRequest = {}) => {
      const { which = mounts.map(({ name }) => name), size = CAMERA_SIZE, channels = ["colour"] } = request;
      const width = integerIn("recorded cameras", "width", size.width, 1, MOST_PIXELS);
      const height = integerIn("recorded cameras", "height", size.height, 1, MOST_PIXELS);
      const chosen = which.map((name) => mountOf(mounts, name));
      const coloured = channels.includes("colour");
      const measured = channels.includes("depth") || channels.includes("ids");
      world.apply(state);
      bendPool(pool);
      if (coloured) {
        contacts.update();
        shadows.update(pool, studio.shadowFromWorld.value);
        painter.prepare();
      }
      const samples = samplesOf(width, height);
      const names = recordLabels(world);
      const labels = pool.pieces.map(({ solid: { id } }) => (id === null ? 0 : names.indexOf(id)));
      return chosen.map((mount): CameraPicture => {
        const worldFromCamera = world.cameraPose(mount);
        const intrinsics = intrinsicsOf(mount.view, { width, height });
        const { elements: e } = matrixOf(worldFromCamera);
        const axes = [0, 4, 8].map((k) => [e[k]!, e[k + 1]!, e[k + 2]!] as const);
        const eye = [e[12]!, e[13]!, e[14]!] as const;
        const lens = lensAt(eye, axes, intrinsics.fy, width, height, CAMERA_NEAR);
        clearSamples(samples);
        drawPieces(
          samples,
          pool,
          lens,
          pool.pieces,
          coloured ? 0 : SAMPLES - 1,
          measured ? SAMPLES : SAMPLES - 1,
        );
        let rgba: CameraPicture["rgba"] = null;
        if (coloured) {
          veils.draw(samples, lens, eye, axes, intrinsics.fy);
          painter.look(eye);
          rgba = colours(samples, painter, background);
        }
        return {
          ...{ camera: mount.name, time: state.time, intrinsics, worldFromCamera, rgba },
          depth: channels.includes("depth") ? depths(samples) : null,
          ids: channels.includes("ids") ? ids(samples, pool, labels) : null,
        };
      });
    },
    setAppearance: dress,
    setObjects: (next) => {
      world.setObjects(next);
      const { pieces } = pool;
      if (world.solids.length !== pieces.length || pieces.some(({ solid }, i) => solid !== world.solids[i]))
        pack();
    },
    dispose: () => {
      contacts.dispose();
      world.dispose();
    },
  };
}

/** The mean of a pixel's samples; rows from above. */
function colours({ width, height, face, veiled }: Samples, painter: Painter, background: Vec3) {
  const rgba = new Uint8ClampedArray(4 * width * height);
  const [backR, backG, backB] = background;
  const behind = backR | (backG << 8) | (backB << 16);
  for (let row = 0; row < height; row++) {
    let out = 4 * (height - 1 - row) * width;
    for (let column = 0; column < width; column++, out += 4) {
      const at = (row * width + column) * SAMPLES;
      const f0 = face[at]!;
      const f1 = face[at + 1]!;
      const f2 = face[at + 2]!;
      const f3 = face[at + 3]!;
      const c0 = f0 < 0 ? behind : painter.colour(f0, column, row);
      const w0 = veiled[at]!;
      const w1 = veiled[at + 1]!;
      const w2 = veiled[at + 2]!;
      const w3 = veiled[at + 3]!;
      let r = 0;
      let g = 0;
      let b = 0;
      if (f1 === f0 && f2 === f0 && f3 === f0 && w0 === w1 && w0 === w2 && w0 === w3) {
        r = w0 * (c0 & 255);
        g = w0 * ((c0 >> 8) & 255);
        b = w0 * (c0 >> 16);
      } else {
        const c1 = f1 === f0 ? c0 : f1 < 0 ? behind : painter.colour(f1, column, row);
        const c2 = f2 === f0 ? c0 : f2 === f1 ? c1 : f2 < 0 ? behind : painter.colour(f2, column, row);
        const c3 =
          f3 === f0
            ? c0
            : f3 === f1
              ? c1
              : f3 === f2
                ? c2
                : f3 < 0
                  ? behind
                  : painter.colour(f3, column, row);
        r = (w0 * (c0 & 255) + w1 * (c1 & 255) + w2 * (c2 & 255) + w3 * (c3 & 255)) / 4;
        g =
          (w0 * ((c0 >> 8) & 255) +
            w1 * ((c1 >> 8) & 255) +
            w2 * ((c2 >> 8) & 255) +
            w3 * ((c3 >> 8) & 255)) /
          4;
        b = (w0 * (c0 >> 16) + w1 * (c1 >> 16) + w2 * (c2 >> 16) + w3 * (c3 >> 16)) / 4;
      }
      rgba[out] = r;
      rgba[out + 1] = g;
      rgba[out + 2] = b;
      rgba[out + 3] = 255;
    }
  }
  return rgba;
}

function depths({ width, height, near }: Samples): Float32Array<ArrayBuffer> {
  const depth = new Float32Array(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const metres = 1 / near[(row * width + column) * SAMPLES + SAMPLES - 1]!;
      depth[(height - 1 - row) * width + column] = metres < CAMERA_RANGE ? metres : Number.POSITIVE_INFINITY;
    }
  return depth;
}

function ids({ width, height, face }: Samples, { pieceOf }: Pool, labels: readonly number[]) {
  const result = new Uint8Array(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const triangle = face[(row * width + column) * SAMPLES + SAMPLES - 1]!;
      if (triangle >= 0) result[(height - 1 - row) * width + column] = labels[pieceOf[triangle]!]!;
    }
  return result;
}
