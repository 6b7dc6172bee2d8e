/**
 * The world of a picture as a scene graph: the robot, what stands around it, and how they follow a state. One
 * world serves the page's view and the recorded cameras. Layers: 0 what recorded pictures show, 1 what the
 * page's picture shows, 2 what throws shadows (beside 0). World frame as `ViewState` says; metres.
 */
import {
  type BufferGeometry,
  Mesh,
  Quaternion,
  Scene,
  type ShaderMaterial,
  type Texture,
  Vector3,
} from "three";
import {
  armFoot,
  type Chain,
  chainTo,
  compose,
  createFrames,
  type FrameBuffer,
  forwardKinematics,
  IDENTITY_POSE,
  type ObjectClass,
  type Pose,
  poseAt,
  refuse,
  type SceneObject,
  type Vec3,
} from "../../core/index.js";
import { armSolids } from "./arm-solids.js";
import { baseSolid } from "./base-parts.js";
import { armsAt, benchProps, cuttingMat, matOf, tableFrame, tableTop } from "./bench.js";
import { type CameraMount, cameraPose } from "./cameras.js";
import { type ArmFigure, fingerPoses, USUAL_ARM } from "./figure.js";
import { carriageSolid, mobileBaseSolid } from "./mobile-parts.js";
import { objectSolid } from "./objects.js";
import { createOutlines } from "./outline.js";
import { createPaint, type StudioUniforms, type SurfaceMap, studioUniforms } from "./paint.js";
import { roomShell } from "./room.js";
import { bendRope, type DrawnLink, isLink, ropesOf } from "./rope-parts.js";
import { COARSE, type Detail } from "./shapes.js";
import { skidSolid } from "./skid-parts.js";
import type { ViewState } from "./state.js";
import { matTexture, oakTexture } from "./textures.js";
import type { WorldKind } from "./types.js";

/** Layers of the scene graph. */
export const LAYER = { recorded: 0, page: 1, shadow: 2 } as const;

/** At most this many objects: their numbers must fit a byte of an ids picture. */
const MOST_OBJECTS = 240;

/** What a robot that drives looks like. */
const BASES = { room: baseSolid, course: skidSolid, mobile: mobileBaseSolid } as const;

type Painted = Mesh<BufferGeometry, ShaderMaterial>;

/** Something solid with a name: coarsely cut for recorded pictures and shadows, and as a page shows it. */
export interface Solid {
  /** an object's id, `robot`, `table`, or null for what has no name in recordings */
  readonly id: string | null;
  /** of the robot: the link, or `gripper` for a finger; else null */
  readonly part: string | null;
  readonly recorded: Painted;
  /** whether its corners are written anew for every state */
  readonly bends: boolean;
  /** a picture on its surface */
  readonly map: SurfaceMap | null;
  /** null in a world that no page shows */
  readonly shown: Painted | null;
  /** around `shown`, hidden unless it is marked; null where nothing has one */
  readonly outline: Mesh | null;
}

/** An arm as it is drawn, where the state applied last has it. */
interface DrawnArm {
  readonly foot: Solid;
  readonly links: readonly Solid[];
  readonly fingers: readonly Solid[];
  readonly frames: FrameBuffer;
  /** world ← base */
  base: Pose;
  tool: Pose;
  gripperWidth: number;
}

/** How a page shows a world. */
export interface PageDetail {
  readonly detail: Detail;
  /** harder shadows, fewer reflections */
  readonly plain: boolean;
}

/** A world that can be drawn. */
export interface World {
  readonly kind: WorldKind;
  readonly scene: Scene;
  /** light of recorded pictures, and of the page's */
  readonly studio: { readonly recorded: StudioUniforms; readonly shown: StudioUniforms };
  readonly solids: readonly Solid[];
  /** of the arm, or each of the arms, which are alike; null in a room */
  readonly chain: Chain | null;
  /** the arm in it, or each of them, where one is */
  readonly arm: ArmFigure;
  objects(): readonly SceneObject[];
  setObjects(objects: readonly SceneObject[]): void;
  /** Brings everything to where a state says. */
  apply(state: ViewState): void;
  /** world ← tool of the first arm, or map ← base where there is one, of the state applied last */
  robotPose(): Pose;
  /** every arm's tool and m between its pads, of the state applied last */
  hands(): readonly { readonly tool: Pose; readonly gripperWidth: number }[];
  /** world ← object, of the state applied last */
  poseOf(id: string): Pose | undefined;
  /** world ← optical frame, of the state applied last */
  cameraPose(mount: CameraMount): Pose;
  /** What the page shows of the first arm from `joint` on, with hand and fingers; [] in a room or without a page. */
  tip(joint: number): readonly { readonly joint: number; readonly mesh: Mesh }[];
  /** Hatches and edges the page's solids of these ids or parts. */
  hatch(ids: readonly string[]): void;
  /** Factors on the linear colours of what recorded pictures show, by its name; what is not named is as always. */
  shade(factors: Readonly<Record<string, Vec3>>): void;
  dispose(): void;
}

/**
 * A world with its robot at rest.
 * @param page how a page shows it; null: no page does
 * @param arm the one in it, where one is
 */
export function createWorld(
  kind: WorldKind,
  first: readonly SceneObject[],
  page: PageDetail | null,
  arm: ArmFigure = USUAL_ARM,
): World {
  const scene = new Scene();
  const recorded = studioUniforms();
  const { keyDirection, shadowMap, shadowFromWorld, shadowBlur, shadowTexel, shadowLift } = recorded;
  // Both are shaded by the same map, seen from the same direction.
  const shown = {
    ...studioUniforms(),
    ...{ keyDirection, shadowMap, shadowFromWorld, shadowBlur, shadowTexel, shadowLift },
  };
  const plain = page?.plain ?? false;
  const paint = createPaint(shown, { plain });
  const hatched = createPaint(shown, { plain, hatched: true });
  const record = createPaint(recorded);
  const outlines = createOutlines();
  const solids: Solid[] = [];
  const textures: Texture[] = [];

  const add = (
    id: string | null,
    build: (detail: Detail) => BufferGeometry,
    {
      casts = true,
      map,
      order = 0,
      part = null,
      bends = false,
    }: {
      readonly casts?: boolean;
      readonly map?: SurfaceMap;
      readonly order?: number;
      readonly part?: string | null;
      readonly bends?: boolean;
    } = {},
  ): Solid => {
    const mesh = (detail: Detail, material: ShaderMaterial): Painted => {
      const made = new Mesh(build(detail), material);
      made.matrixAutoUpdate = false;
      made.renderOrder = order;
      scene.add(made);
      return made;
    };
    const mapped = (studio: StudioUniforms, bare: ShaderMaterial) =>
      map === undefined ? bare : createPaint(studio, { map, plain: studio === shown && plain });
    const twin = page === null ? null : mesh(page.detail, mapped(shown, paint));
    const solid: Solid = {
      id,
      part,
      bends,
      map: map ?? null,
      recorded: mesh(COARSE, mapped(recorded, record)),
      shown: twin,
      outline: twin === null || id === null || id === "table" ? null : outlines.around(twin, LAYER.page),
    };
    if (casts) solid.recorded.layers.enable(LAYER.shadow);
    solid.shown?.layers.set(LAYER.page);
    solids.push(solid);
    return solid;
  };

  const chain = kind === "room" || kind === "course" ? null : chainTo(arm.model, arm.tool);
  const arms: DrawnArm[] = [];
  let base: Solid | null = null;
  /** what the arm of a mobile manipulator stands on */
  let carriage: Solid | null = null;
  /** Puts arms there. */
  const stand = (made: Chain, places: ReturnType<typeof armsAt>): void => {
    const cut = armSolids(arm, made);
    for (const { own, base: at } of places)
      arms.push({
        foot: add("robot", (detail) => cut(detail).base),
        links: made.joints.map(({ joint }, i) =>
          add("robot", (detail) => cut(detail).links[i]!, { part: own(joint.child) }),
        ),
        fingers: fingerPoses(arm.gripper, 0).map((_, i) =>
          add("robot", (detail) => cut(detail).fingers[i]!, { part: "gripper" }),
        ),
        frames: createFrames(made),
        base: at,
        tool: IDENTITY_POSE,
        gripperWidth: 0,
      });
  };
  if (kind === "tabletop" || kind === "two-arm") {
    const mat = matOf(arm);
    textures.push(oakTexture(), matTexture(mat));
    // What lies under everything is drawn last: most of it is hidden.
    add("table", tableTop, { order: 3, map: { kind: "colour", texture: textures[0]! } });
    add("table", (detail) => cuttingMat(detail, mat), {
      order: 2,
      casts: false,
      map: { kind: "ink", texture: textures[1]!, ink: "#d6ece4" },
    });
    add("table", tableFrame, { order: 4 });
    add(null, (detail) => benchProps(detail, kind, arm));
  } else {
    add("table", roomShell, { order: 3, casts: false });
    base = add("robot", BASES[kind], { part: kind === "mobile" ? "base_link" : "base" });
  }
  if (kind === "mobile") carriage = add("robot", carriageSolid, { part: "lift_link" });
  if (chain !== null) stand(chain, armsAt(kind));

  const fixed = solids.length;
  let objects: readonly SceneObject[] = [];
  const poses = new Map<string, Pose>();
  /** what bends */
  let ropes: readonly (readonly DrawnLink[])[] = [];
  let robot: Pose = IDENTITY_POSE;
  let marked: readonly string[] = [];
  /** what solids are painted with where nothing was drawn for them, and paints of those where it was, by name */
  const usual = new Map<Solid, ShaderMaterial>();
  const shaded = new Map<string, { readonly material: ShaderMaterial; readonly factors: Vector3 }>();

  const place = ({ recorded: mesh, shown: twin }: Solid, pose: Pose) => {
    mesh.matrix.compose(
      position.set(...(pose.position as [number, number, number])),
      orientation.set(...(pose.orientation as [number, number, number, number])),
      ONES,
    );
    mesh.matrixWorldNeedsUpdate = true;
    if (twin === null) return;
    twin.matrix.copy(mesh.matrix);
    twin.matrixWorldNeedsUpdate = true;
  };

  const mark = () => {
    for (const { id, part, shown: mesh, outline } of solids) {
      // What everything stands on would be hatched down to its legs; an arrow says where it was hit.
      const named = id !== null && id !== "table" && marked.includes(id);
      const hit = named || (part !== null && marked.includes(part));
      if (mesh?.material === paint || mesh?.material === hatched) mesh.material = hit ? hatched : paint;
      if (outline !== null) outline.visible = hit;
    }
  };

  const shade = (factors: Readonly<Record<string, Vec3>>) => {
    for (const solid of solids) {
      const factor = solid.id === null ? undefined : factors[solid.id];
      const bare = usual.get(solid) ?? solid.recorded.material;
      if (factor === undefined) {
        solid.recorded.material = bare;
        continue;
      }
      usual.set(solid, bare);
      const key = `${solid.id} ${solid.map?.kind ?? ""}`;
      let own = shaded.get(key);
      if (own === undefined) {
        const value = new Vector3();
        const map = solid.map === null ? {} : { map: solid.map };
        own = { material: createPaint(recorded, { ...map, shade: value }), factors: value };
        shaded.set(key, own);
      }
      own.factors.set(...(factor as [number, number, number]));
      solid.recorded.material = own.material;
    }
  };

  const bend = () => {
    for (const rope of ropes) bendRope(rope, (id) => poses.get(id)!);
  };

  const setObjects = (next: readonly SceneObject[]) => {
    if (next.length > MOST_OBJECTS)
      refuse("picture of a world", `must have at most ${MOST_OBJECTS} objects`, next.length);
    if (objects.length === next.length && next.every((object, i) => isShapedAs(object, objects[i]!))) {
      objects = next;
      next.forEach(({ id, pose }, i) => {
        place(solids[fixed + i]!, pose);
        poses.set(id, pose);
      });
      return;
    }
    for (const solid of solids.splice(fixed))
      for (const mesh of [solid.recorded, solid.shown])
        if (mesh !== null) {
          scene.remove(mesh);
          mesh.geometry.dispose();
          usual.delete(solid);
        }
    objects = next;
    poses.clear();
    const seen = new Map<ObjectClass, number>();
    const drawn: DrawnLink[] = [];
    for (const object of next) {
      const order = seen.get(object.class) ?? 0;
      seen.set(object.class, order + 1);
      const casts = object.size[2] > 0;
      const solid = add(object.id, (detail) => objectSolid(detail, object, order), {
        casts,
        bends: isLink(object),
      });
      poses.set(object.id, object.pose);
      place(solid, object.pose);
      if (!solid.bends) continue;
      const meshes = [solid.recorded, ...(solid.shown === null ? [] : [solid.shown])];
      drawn.push({ object, geometries: meshes.map(({ geometry }) => geometry) });
    }
    ropes = ropesOf(drawn);
    bend();
    mark();
  };

  const apply = (state: ViewState) => {
    const stands = base === null ? IDENTITY_POSE : (state.base ?? robot);
    robot = stands;
    if (base !== null) place(base, stands);
    if (chain !== null) {
      const carried = carriage === null ? 0 : 1;
      const all = arms.length * chain.n + carried;
      if (state.joints.length !== all)
        refuse("state to draw", `must have ${all} joints`, state.joints.length);
      if (carriage !== null) {
        arms[0]!.base = armFoot(stands, state.joints[0]!);
        place(carriage, arms[0]!.base);
      }
      const joints = Array.from(state.joints).slice(carried);
      const widths = [state.gripperWidth, ...(state.otherGrippers ?? [])];
      for (const [a, drawn] of arms.entries()) {
        const { foot, links, fingers, frames } = drawn;
        place(foot, drawn.base);
        forwardKinematics(chain, joints.slice(a * chain.n, (a + 1) * chain.n), frames, drawn.base);
        links.forEach((link, i) => {
          place(link, poseAt(frames, i));
        });
        drawn.tool = poseAt(frames, chain.n);
        drawn.gripperWidth = widths[a] ?? 0;
        const parts = fingerPoses(arm.gripper, drawn.gripperWidth);
        fingers.forEach((finger, i) => {
          place(finger, compose(drawn.tool, parts[i]!));
        });
      }
      if (base === null) robot = arms[0]!.tool;
    }
    for (let i = fixed; i < solids.length; i++) {
      const solid = solids[i]!;
      const pose = state.objects[solid.id!];
      if (pose === undefined) continue;
      poses.set(solid.id!, pose);
      place(solid, pose);
    }
    bend();
  };

  const mountAt = {
    world: () => IDENTITY_POSE,
    base: () => robot,
    tool: (hand = 0) => arms[hand]?.tool ?? IDENTITY_POSE,
  };
  setObjects(first);
  apply({
    time: 0,
    joints: [...(carriage === null ? [] : [0]), ...arms.flatMap(() => arm.home)],
    gripperWidth: arm.gripper.open,
    otherGrippers: arms.slice(1).map(() => arm.gripper.open),
    objects: {},
    base: IDENTITY_POSE,
  });

  return {
    kind,
    scene,
    studio: { recorded, shown },
    solids,
    chain,
    arm,
    objects: () => objects,
    setObjects,
    apply,
    robotPose: () => robot,
    hands: () => arms,
    poseOf: (id) => poses.get(id),
    cameraPose: (mount) => cameraPose(mount, mountAt[mount.on](mount.hand)),
    tip: (from) =>
      arms
        .slice(0, 1)
        .flatMap(({ links, fingers }) => [
          ...links.map((link, joint) => ({ joint, link })),
          ...fingers.map((link) => ({ joint: links.length, link })),
        ])
        .filter(({ joint }) => joint >= from)
        .flatMap(({ joint, link }) => (link.shown === null ? [] : [{ joint, mesh: link.shown }])),
    hatch: (ids) => {
      marked = ids;
      mark();
    },
    shade,
    dispose: () => {
      for (const solid of solids)
        for (const mesh of [solid.recorded, solid.shown]) {
          mesh?.geometry.dispose();
          mesh?.material.dispose();
        }
      hatched.dispose();
      outlines.dispose();
      for (const material of usual.values()) material.dispose();
      for (const { material } of shaded.values()) material.dispose();
      for (const texture of textures) texture.dispose();
    },
  };
}

/** Whether two objects are the same thing, wherever they stand. */
function isShapedAs(a: SceneObject, b: SceneObject): boolean {
  const shapeOf = ({ id, class: of, colour, size, shape }: SceneObject) =>
    JSON.stringify([id, of, colour, size, shape]);
  return shapeOf(a) === shapeOf(b);
}

const position = new Vector3();
const orientation = new Quaternion();
const ONES = new Vector3(1, 1, 1);
