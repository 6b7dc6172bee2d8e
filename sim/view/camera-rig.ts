/**
 * Draws the recorded cameras: colour, depth in metres and ids, of the state of the moment or of any recorded one.
 * Always in the record light with grey status lights and without anything of the page, so that a picture depends
 * on its state alone. On a page it shares the view's graphics; headless it has a canvas of its own.
 */
import {
  Color,
  LinearSRGBColorSpace,
  Mesh,
  NoBlending,
  PerspectiveCamera,
  ShaderMaterial,
  type Texture,
  UnsignedByteType,
  Vector3,
  WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { type Appearance, integerIn, refuse, type SceneObject, type Vec3 } from "../../core/index.js";
import { keyAs, mountAs, studioAs } from "./appearance.js";
import {
  CAMERA_NEAR,
  CAMERA_RANGE,
  CAMERA_SIZE,
  type CameraMount,
  cameraMounts,
  intrinsicsOf,
} from "./cameras.js";
import { type Contacts, createContacts } from "./contact.js";
import { type ArmFigure, USUAL_ARM } from "./figure.js";
import { createShadows, lightStudio, setLamp } from "./lighting.js";
import { RECORD_BACKGROUND, RECORD_LAMP, STOP_CAP } from "./looks.js";
import { matrixOf } from "./shapes.js";
import type { ViewState } from "./state.js";
import type {
  CameraPicture,
  CameraRequest,
  CameraRig,
  OwnCameraRig,
  ViewCanvas,
  WorldKind,
} from "./types.js";
import { createWorld, LAYER, type PageDetail, type World } from "./world.js";

/** What drawing a world needs, shared by a view and its cameras. */
export interface Graphics {
  readonly renderer: WebGLRenderer;
  readonly world: World;
  readonly contacts: Contacts;
  /** Brings the world to a state, if it is not there. */
  pose(state: ViewState): void;
  /** Brings shadows to where the world is, if they are not there. */
  shade(): void;
  /** Lights recorded pictures as was drawn; null: as always. Only where no page shows the world. */
  light(appearance: Appearance | null): void;
  /** Something else than a state has changed the world, or graphics were lost: everything is drawn anew. */
  refresh(): void;
  /** Has the programs made of what is drawn in this layer, beside everything else; resolves when they are there. */
  prepare(layer: number): Promise<void>;
  dispose(): void;
}

/** ms between two looks at whether graphics have caught up */
const LOOK = 10;

/** Resolves when graphics have done what they were told so far, or are lost. Nothing waits for them meanwhile. */
function caughtUp(gl: WebGL2RenderingContext): Promise<void> {
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  return new Promise((resolve) => {
    const look = () => {
      if (fence !== null && gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) {
        setTimeout(look, LOOK);
        return;
      }
      gl.deleteSync(fence);
      resolve();
    };
    setTimeout(look, LOOK);
  });
}

/** Graphics of a world on a canvas. @param arm in it, where one is */
export function createGraphics(
  canvas: ViewCanvas,
  kind: WorldKind,
  objects: readonly SceneObject[],
  page: PageDetail | null,
  arm: ArmFigure = USUAL_ARM,
): Graphics {
  const renderer = new WebGLRenderer({
    canvas,
    antialias: page !== null && !page.plain,
    powerPreference: "high-performance",
  });
  // Shaders of this house give sRGB themselves.
  renderer.outputColorSpace = LinearSRGBColorSpace;
  renderer.autoClear = false;
  renderer.info.autoReset = false;
  // To ask for a program's errors is to wait for all that graphics have to do; one that fails is told without asking.
  renderer.debug.checkShaderErrors = false;
  const world = createWorld(kind, objects, page, arm);
  lightRecorded(world, null);
  const shadows = createShadows(world);
  const contacts = createContacts(world);
  let posed: ViewState | null = null;
  let shaded: ViewState | null = null;
  let fresh = false;
  return {
    renderer,
    world,
    contacts,
    pose: (state) => {
      if (posed !== state) world.apply(state);
      posed = state;
    },
    shade: () => {
      if (fresh && shaded === posed) return;
      contacts.update();
      shadows.draw(renderer);
      shaded = posed;
      fresh = true;
    },
    light: (appearance) => {
      lightRecorded(world, appearance);
      shadows.aim(keyAs(kind, appearance));
      fresh = false;
    },
    refresh: () => {
      fresh = false;
      posed = null;
    },
    prepare: async (layer) => {
      const made = new Map<unknown, Mesh>();
      world.scene.traverse((each) => {
        if (each instanceof Mesh && each.layers.isEnabled(layer)) made.set(each.material, each);
      });
      const camera = new PerspectiveCamera();
      for (const mesh of made.values()) renderer.compile(mesh, camera, world.scene);
      await caughtUp(renderer.getContext() as WebGL2RenderingContext);
    },
    dispose: () => {
      shadows.dispose();
      contacts.dispose();
      world.dispose();
      renderer.dispose();
    },
  };
}

/** Lights recorded pictures as was drawn, null: as always; their status lights are grey. */
export function lightRecorded({ kind, studio: { recorded } }: World, appearance: Appearance | null): void {
  lightStudio(recorded, kind, studioAs(kind, appearance), keyAs(kind, appearance));
  for (const lamp of recorded.lamps.value) setLamp(lamp, RECORD_LAMP, 0);
  setLamp(recorded.lamps.value.at(-1)!, STOP_CAP, 0);
}

/** What the numbers of an ids picture stand for. */
export const recordLabels = (world: World): string[] => [
  "background",
  "robot",
  "table",
  ...world.objects().map(({ id }) => id),
];

/** The camera of a name. @throws InputError when there is none */
export const mountOf = (mounts: readonly CameraMount[], name: string): CameraMount =>
  mounts.find((each) => each.name === name) ??
  refuse("recorded cameras", `must be among ${mounts.map((each) => each.name).join(", ")}`, name);

/** A rig whose pictures a view can show while they are recorded. */
export interface SharedRig extends CameraRig {
  /** Draws the colour picture of the state that the world is in, of the standard size, and leaves it there. */
  refresh(camera: string): void;
  /** The standard picture of a camera, to be shown; upright, sRGB. */
  texture(camera: string): Texture | null;
  /** Cameras, light and colours as they were drawn; null: as always. */
  setAppearance(appearance: Appearance | null): void;
}

const FLIPPED = new Vector3(1, -1, -1);
/** Pixels of a side of a recorded picture, at most. */
export const MOST_PIXELS = 4096;

/**
 * The recorded cameras over existing graphics.
 * @param page whether graphics are lost; what to do after pictures of a state were drawn, before they are read
 */
export function rigOver(
  graphics: Graphics,
  page: { lost(): boolean; drawn(state: ViewState, cameras: readonly string[]): void },
): SharedRig {
  const { renderer, world, contacts } = graphics;
  let mounts = cameraMounts(world.kind, world.arm);
  const standard = new Map<string, WebGLRenderTarget>();
  const metas: ShaderMaterial[] = [];
  const lens = new PerspectiveCamera();
  lens.matrixAutoUpdate = false;
  lens.layers.set(LAYER.recorded);
  let background = backgroundAs();

  const colourTarget = (width: number, height: number): WebGLRenderTarget =>
    new WebGLRenderTarget(width, height, { samples: 4, type: UnsignedByteType });
  const standardTarget = (name: string): WebGLRenderTarget => {
    let target = standard.get(name);
    if (target === undefined) {
      target = colourTarget(CAMERA_SIZE.width, CAMERA_SIZE.height);
      standard.set(name, target);
    }
    return target;
  };

  const aim = (mount: CameraMount, width: number, height: number) => {
    lens.fov = mount.view;
    lens.aspect = width / height;
    lens.near = CAMERA_NEAR;
    lens.far = 30;
    lens.updateProjectionMatrix();
    lens.matrix.copy(matrixOf(world.cameraPose(mount)));
    // The library's cameras look along -z with y up.
    lens.matrix.scale(FLIPPED);
    lens.matrixWorldNeedsUpdate = true;
    lens.updateMatrixWorld(true);
  };

  const drawColour = (target: WebGLRenderTarget) => {
    renderer.setRenderTarget(target);
    renderer.setClearColor(background, 1);
    renderer.clear();
    renderer.render(world.scene, lens);
  };

  const metaOf = (label: number): ShaderMaterial => {
    let material = metas[label];
    if (material === undefined) {
      material = new ShaderMaterial({
        blending: NoBlending,
        uniforms: { label: { value: label / 255 }, range: { value: CAMERA_RANGE } },
        vertexShader:
          "varying float z;void main(){vec4 p=modelViewMatrix*vec4(position,1.0);z=-p.z;gl_Position=projectionMatrix*p;}",
        // Metres as a whole number of 24 bits in three channels, the label in the fourth.
        fragmentShader: /* glsl */ `
uniform float label;
uniform float range;
varying float z;
void main() {
  float code = z < range ? floor(z / range * 16777214.0) + 1.0 : 0.0;
  gl_FragColor = vec4(floor(code / 65536.0), floor(mod(code, 65536.0) / 256.0), mod(code, 256.0), label * 255.0) / 255.0;
}`,
      });
      metas[label] = material;
    }
    return material;
  };

  const drawMeta = (target: WebGLRenderTarget) => {
    const names = recordLabels(world);
    const before = world.solids.map(({ recorded }) => recorded.material);
    for (const { id, recorded } of world.solids)
      recorded.material = metaOf(id === null ? 0 : names.indexOf(id));
    contacts.recorded.visible = false;
    renderer.setRenderTarget(target);
    renderer.setClearColor(0, 0);
    renderer.clear();
    renderer.render(world.scene, lens);
    contacts.recorded.visible = true;
    world.solids.forEach(({ recorded }, i) => {
      recorded.material = before[i]!;
    });
  };

  const read = async (target: WebGLRenderTarget): Promise<Uint8Array<ArrayBuffer>> => {
    const { width, height } = target;
    const bytes = new Uint8Array(width * height * 4);
    try {
      await renderer.readRenderTargetPixelsAsync(target, 0, 0, width, height, bytes);
    } catch {
      refuse("recorded cameras", "graphics must not be lost");
    }
    return upright(bytes, width, height);
  };

  return {
    names: mounts.map(({ name }) => name),
    get labels() {
      return recordLabels(world);
    },
    render: async (state, request: CameraRequest = {}) => {
      if (page.lost()) refuse("recorded cameras", "graphics must not be lost");
      const { which = mounts.map(({ name }) => name), size = CAMERA_SIZE, channels = ["colour"] } = request;
      const width = integerIn("recorded cameras", "width", size.width, 1, MOST_PIXELS);
      const height = integerIn("recorded cameras", "height", size.height, 1, MOST_PIXELS);
      const chosen = which.map((name) => mountOf(mounts, name));
      const own: WebGLRenderTarget[] = [];
      const pending: Promise<CameraPicture>[] = [];
      graphics.pose(state);
      graphics.shade();
      const usual = width === CAMERA_SIZE.width && height === CAMERA_SIZE.height;
      for (const mount of chosen) {
        aim(mount, width, height);
        let colour: Promise<Uint8Array<ArrayBuffer>> | null = null;
        let meta: Promise<Uint8Array<ArrayBuffer>> | null = null;
        if (channels.includes("colour")) {
          const target = usual ? standardTarget(mount.name) : colourTarget(width, height);
          if (!usual) own.push(target);
          drawColour(target);
          colour = read(target);
        }
        if (channels.includes("depth") || channels.includes("ids")) {
          const target = new WebGLRenderTarget(width, height, { type: UnsignedByteType });
          own.push(target);
          drawMeta(target);
          meta = read(target);
        }
        const worldFromCamera = world.cameraPose(mount);
        pending.push(
          Promise.all([colour, meta]).then(([rgba, coded]) => ({
            camera: mount.name,
            time: state.time,
            intrinsics: intrinsicsOf(mount.view, { width, height }),
            worldFromCamera,
            rgba: rgba === null ? null : new Uint8ClampedArray(rgba.buffer),
            depth: coded !== null && channels.includes("depth") ? depthOf(coded) : null,
            ids: coded !== null && channels.includes("ids") ? idsOf(coded) : null,
          })),
        );
      }
      renderer.setRenderTarget(null);
      page.drawn(state, usual && channels.includes("colour") ? which : []);
      try {
        return await Promise.all(pending);
      } finally {
        for (const target of own) target.dispose();
      }
    },
    refresh: (name) => {
      const mount = mountOf(mounts, name);
      aim(mount, CAMERA_SIZE.width, CAMERA_SIZE.height);
      const target = standardTarget(name);
      drawColour(target);
    },
    texture: (name) => standard.get(name)?.texture ?? null,
    setAppearance: (appearance) => {
      mounts = cameraMounts(world.kind, world.arm).map((mount) => mountAs(mount, appearance));
      background = backgroundAs(appearance?.colours["background"]);
      world.shade(appearance?.colours ?? {});
      graphics.light(appearance);
    },
    setObjects: (objects) => {
      world.setObjects(objects);
      graphics.refresh();
    },
    dispose: () => {
      for (const target of standard.values()) target.dispose();
      for (const material of metas) material?.dispose();
    },
  };
}

/**
 * The recorded cameras alone, in a page or a worker without one.
 * @param options.canvas default one of its own
 * @param options.arm default the Panda
 */
export function createCameraRig(options: {
  readonly kind: WorldKind;
  readonly objects: readonly SceneObject[];
  readonly canvas?: ViewCanvas;
  readonly arm?: ArmFigure;
}): OwnCameraRig {
  const graphics = createGraphics(
    options.canvas ?? new OffscreenCanvas(1, 1),
    options.kind,
    options.objects,
    null,
    options.arm,
  );
  const gl = graphics.renderer.getContext();
  const rig = rigOver(graphics, {
    lost: () => gl.isContextLost(),
    drawn: () => undefined,
  });
  return {
    ...rig,
    get labels() {
      return rig.labels;
    },
    dispose: () => {
      rig.dispose();
      graphics.dispose();
    },
  };
}

/** What is behind everything, sRGB as it is written into the picture, with factors on its linear colour. */
export function backgroundAs(factors?: Vec3): Color {
  if (factors === undefined) return new Color().setStyle(RECORD_BACKGROUND, LinearSRGBColorSpace);
  const linear = new Color(RECORD_BACKGROUND);
  const [r, g, b] = factors;
  return linear
    .setRGB(Math.min(1, r * linear.r), Math.min(1, g * linear.g), Math.min(1, b * linear.b))
    .convertLinearToSRGB();
}

/** Rows from the top instead of from the bottom. */
function upright(bytes: Uint8Array<ArrayBuffer>, width: number, height: number): Uint8Array<ArrayBuffer> {
  const row = width * 4;
  const line = new Uint8Array(row);
  for (let y = 0; y < height >> 1; y++) {
    const [a, b] = [y * row, (height - 1 - y) * row];
    line.set(bytes.subarray(a, a + row));
    bytes.copyWithin(a, b, b + row);
    bytes.set(line, b);
  }
  return bytes;
}

function depthOf(coded: Uint8Array): Float32Array<ArrayBuffer> {
  const depth = new Float32Array(coded.length / 4);
  for (let i = 0; i < depth.length; i++) {
    const code = coded[4 * i]! * 65536 + coded[4 * i + 1]! * 256 + coded[4 * i + 2]!;
    depth[i] = code === 0 ? Number.POSITIVE_INFINITY : ((code - 0.5) / 16777214) * CAMERA_RANGE;
  }
  return depth;
}

function idsOf(coded: Uint8Array): Uint8Array<ArrayBuffer> {
  const ids = new Uint8Array(coded.length / 4);
  for (let i = 0; i < ids.length; i++) ids[i] = coded[4 * i + 3]!;
  return ids;
}
