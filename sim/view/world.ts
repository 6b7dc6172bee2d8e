/**
 * The world of a picture as a scene graph: the robot, what stands around it, and how they follow a state. One
 * world serves the page's view and the recorded cameras. Layers: 0 what every picture shows, 1 what only the
 * page's picture shows, 2 what throws shadows (beside its own layer). World frame as `ViewState` says; metres.
 */
import { type BufferGeometry, Matrix4, Mesh, Quaternion, Scene, type ShaderMaterial, Vector3 } from "three";
import {
  type Chain,
  chainTo,
  compose,
  createFrames,
  forwardKinematics,
  IDENTITY_POSE,
  type ObjectClass,
  PANDA,
  PANDA_READY,
  PANDA_TOOL,
  type Pose,
  poseAt,
  refuse,
  type SceneObject,
} from "../../core/index.js";
import { armParts } from "./arm-parts.js";
import { baseSolid } from "./base-parts.js";
import { benchProps, cuttingMat, MAT, tableFrame, tableTop } from "./bench.js";
import { type CameraMount, cameraPose } from "./cameras.js";
import { fingerParts, handBody } from "./hand-parts.js";
import { objectSolid } from "./objects.js";
import { createPaint, type StudioUniforms, studioUniforms } from "./paint.js";
import { roomShell } from "./room.js";
import { merged } from "./shapes.js";
import type { ViewState } from "./state.js";
import { matTexture, oakTexture } from "./textures.js";
import type { WorldKind } from "./types.js";

/** Layers of the scene graph. */
export const LAYER = { seen: 0, page: 1, shadow: 2 } as const;

/** m from the tool back to the flange that the hand is screwed to */
const HAND_LENGTH = 0.1034;
/** At most this many objects: their numbers must fit a byte of an ids picture. */
const MOST_OBJECTS = 240;

/** Something solid with a name. */
export interface Solid {
  /** an object's id, `robot`, `table`, or null for what has no name in recordings */
  readonly id: string | null;
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>;
}

/** A world that can be drawn. */
export interface World {
  readonly kind: WorldKind;
  readonly scene: Scene;
  readonly studio: StudioUniforms;
  readonly solids: readonly Solid[];
  /** of the arm; null in a room */
  readonly chain: Chain | null;
  objects(): readonly SceneObject[];
  setObjects(objects: readonly SceneObject[]): void;
  /** Brings everything to where a state says. */
  apply(state: ViewState): void;
  /** world ← tool, or map ← base, of the state applied last */
  robotPose(): Pose;
  /** m between the pads of the state applied last */
  gripperWidth(): number;
  /** world ← object, of the state applied last */
  poseOf(id: string): Pose | undefined;
  /** world ← optical frame, of the state applied last */
  cameraPose(mount: CameraMount): Pose;
  /** Solids of links from `joint` on, hand and fingers, to draw a second time; [] in a room */
  tip(joint: number): readonly { readonly joint: number; readonly mesh: Mesh }[];
  /** Solids of this id hatched or not. */
  hatch(ids: readonly string[]): void;
  dispose(): void;
}

/** A world with its robot at rest. */
export function createWorld(kind: WorldKind, first: readonly SceneObject[]): World {
  const scene = new Scene();
  scene.matrixWorldAutoUpdate = true;
  const studio = studioUniforms();
  const paint = createPaint(studio);
  const hatched = createPaint(studio, { hatched: true });
  const solids: Solid[] = [];
  const textures: { dispose(): void }[] = [];
  const add = (
    id: string | null,
    geometry: BufferGeometry,
    casts = true,
    material = paint,
  ): Solid["mesh"] => {
    const mesh = new Mesh(geometry, material);
    mesh.matrixAutoUpdate = false;
    mesh.userData["plain"] = material;
    if (casts) mesh.layers.enable(LAYER.shadow);
    scene.add(mesh);
    solids.push({ id, mesh });
    return mesh;
  };

  let chain: Chain | null = null;
  const links: Solid["mesh"][] = [];
  const fingers: Solid["mesh"][] = [];
  let base: Solid["mesh"] | null = null;
  if (kind === "tabletop") {
    chain = chainTo(PANDA, PANDA_TOOL);
    const [oak, print] = [oakTexture(), matTexture(MAT)];
    textures.push(oak, print);
    add("table", tableTop(), true, createPaint(studio, { map: { kind: "colour", texture: oak } }));
    add(
      "table",
      cuttingMat(),
      false,
      createPaint(studio, { map: { kind: "ink", texture: print, ink: "#d6ece4" } }),
    );
    add("table", tableFrame());
    add(null, benchProps());
    const lastFromFlange = compose(chain.lastFromTool, {
      position: [0, 0, -HAND_LENGTH],
      orientation: [0, 0, 0, 1],
    });
    const parts = armParts(chain, { lastFromFlange });
    add("robot", parts.base);
    const toolMatrix = matrixOf(chain.lastFromTool);
    parts.links.forEach((link, i) => {
      const solid =
        i < chain!.n - 1
          ? link
          : merged([link, ...handBody(HAND_LENGTH).map((part) => part.applyMatrix4(toolMatrix))]);
      links.push(add("robot", solid));
    });
    for (const sign of [1, -1] as const) fingers.push(add("robot", fingerParts(sign)));
  } else {
    add("table", roomShell(), false);
    base = add("robot", baseSolid());
  }

  const fixed = solids.length;
  let objects: readonly SceneObject[] = [];
  const poses = new Map<string, Pose>();
  const frames = chain === null ? null : createFrames(chain);
  let robot: Pose = IDENTITY_POSE;
  let width = 0;
  let marked: readonly string[] = [];

  const place = (mesh: Mesh, pose: Pose) => {
    mesh.matrix.compose(
      position.set(...(pose.position as [number, number, number])),
      orientation.set(...(pose.orientation as [number, number, number, number])),
      ONES,
    );
    mesh.matrixWorldNeedsUpdate = true;
  };

  const mark = () => {
    for (const { id, mesh } of solids)
      if (mesh.material === paint || mesh.material === hatched)
        mesh.material = id !== null && marked.includes(id) ? hatched : paint;
  };

  const setObjects = (next: readonly SceneObject[]) => {
    if (next.length > MOST_OBJECTS)
      refuse("picture of a world", `at most ${MOST_OBJECTS} objects`, next.length);
    for (const { mesh } of solids.splice(fixed)) {
      scene.remove(mesh);
      mesh.geometry.dispose();
    }
    objects = next;
    poses.clear();
    const seen = new Map<ObjectClass, number>();
    for (const object of next) {
      const order = seen.get(object.class) ?? 0;
      seen.set(object.class, order + 1);
      const flat = object.size[2] === 0;
      place(add(object.id, objectSolid(object, order), !flat), object.pose);
      poses.set(object.id, object.pose);
    }
    mark();
  };

  const apply = (state: ViewState) => {
    if (chain !== null && frames !== null) {
      if (state.joints.length !== chain.n)
        refuse("state to draw", `must have ${chain.n} joints`, state.joints.length);
      forwardKinematics(chain, state.joints, frames);
      links.forEach((mesh, i) => {
        place(mesh, poseAt(frames, i));
      });
      robot = poseAt(frames, chain.n);
      width = state.gripperWidth;
      fingers.forEach((mesh, i) => {
        const y = ((i === 0 ? 1 : -1) * width) / 2;
        place(mesh, compose(robot, { position: [0, y, 0], orientation: [0, 0, 0, 1] }));
      });
    } else if (base !== null && state.base !== undefined) {
      robot = state.base;
      place(base, robot);
    }
    for (const { id, mesh } of solids.slice(fixed)) {
      const pose = state.objects[id!];
      if (pose === undefined) continue;
      poses.set(id!, pose);
      place(mesh, pose);
    }
  };

  setObjects(first);
  apply({
    time: 0,
    joints: chain === null ? [] : PANDA_READY,
    gripperWidth: 0.08,
    objects: {},
    base: IDENTITY_POSE,
  });

  return {
    kind,
    scene,
    studio,
    solids,
    chain,
    objects: () => objects,
    setObjects,
    apply,
    robotPose: () => robot,
    gripperWidth: () => width,
    poseOf: (id) => poses.get(id),
    cameraPose: (mount) => cameraPose(mount, mount.on === "world" ? IDENTITY_POSE : robot),
    tip: (from) => [
      ...links.map((mesh, joint) => ({ joint, mesh })).filter(({ joint }) => joint >= from),
      ...fingers.map((mesh) => ({ joint: chain!.n, mesh })),
    ],
    hatch: (ids) => {
      marked = ids;
      mark();
    },
    dispose: () => {
      for (const { mesh } of solids) {
        mesh.geometry.dispose();
        mesh.material.dispose();
      }
      for (const texture of textures) texture.dispose();
    },
  };
}

const position = new Vector3();
const orientation = new Quaternion();
const ONES = new Vector3(1, 1, 1);

/** A pose as the library's matrix. */
export const matrixOf = ({ position: p, orientation: q }: Pose): Matrix4 =>
  new Matrix4().compose(new Vector3(...p), new Quaternion(...q), ONES);
