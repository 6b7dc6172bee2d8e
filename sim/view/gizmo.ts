/**
 * Handles to drag a tool by: arrows along the axes, squares in their planes, a ring to turn about z, a hub that
 * moves in the plane of the picture. Always as large on the screen, never hidden, one draw call. Which handle is
 * meant is found on the screen, in CSS pixels. Layer of the page.
 */
import {
  BufferAttribute,
  type BufferGeometry,
  Color,
  ConeGeometry,
  CylinderGeometry,
  LinearSRGBColorSpace,
  Matrix4,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  SphereGeometry,
  TorusGeometry,
  Vector3,
} from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";
import { type Pose, transformPoint, type Vec3 } from "../../core/index.js";
import type { PageLook } from "./looks.js";
import { matrixOf } from "./shapes.js";
import type { GizmoHandle } from "./types.js";
import { LAYER } from "./world.js";

/** CSS pixels of an arrow's length. */
const SIZE = 104;
/** CSS pixels around a handle in which it is meant. */
const TOUCH = 9;
const RING = 0.56;
const SQUARE = [0.3, 0.46] as const;

const HANDLES: readonly GizmoHandle[] = [
  "turn-z",
  "move-xy",
  "move-yz",
  "move-zx",
  "move-x",
  "move-y",
  "move-z",
  "move-view",
];

/** The gizmo of a page. */
export interface Gizmo {
  readonly mesh: Mesh;
  set(pose: Pose | null): void;
  /** @param unit m in the world that a CSS pixel is at the gizmo */
  update(unit: number): void;
  setLook(look: PageLook): void;
  /** The handle at a point of the screen, given where points of the world are on it. */
  pick(
    x: number,
    y: number,
    unit: number,
    project: (point: Vec3) => { readonly x: number; readonly y: number },
  ): GizmoHandle | null;
  /** Marks a handle as meant; whether that changed anything. */
  highlight(handle: GizmoHandle | null): boolean;
  dispose(): void;
}

/** A hidden gizmo. */
export function createGizmo(): Gizmo {
  const material = new ShaderMaterial({
    transparent: true,
    depthTest: false,
    depthWrite: false,
    uniforms: {
      tones: { value: [0, 1, 2, 3].map(() => new Vector3(1, 1, 1)) },
      hot: { value: -1 },
    },
    vertexShader: /* glsl */ `
attribute vec3 role;
varying vec3 vRole;
void main() {
  vRole = role;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}`,
    fragmentShader: /* glsl */ `
uniform vec3 tones[4];
uniform float hot;
varying vec3 vRole;
void main() {
  bool meant = abs(vRole.y - hot) < 0.5;
  vec3 c = tones[int(vRole.x + 0.5)];
  if (meant) c = mix(c, vec3(1.0), 0.45);
  gl_FragColor = vec4(c, meant ? 1.0 : vRole.z);
}`,
  });
  const mesh = new Mesh(gizmoGeometry(), material);
  mesh.matrixAutoUpdate = false;
  mesh.visible = false;
  mesh.frustumCulled = false;
  mesh.renderOrder = 12;
  mesh.layers.set(LAYER.page);
  let pose: Pose | null = null;
  let hot: GizmoHandle | null = null;

  const highlight = (handle: GizmoHandle | null): boolean => {
    if (handle === hot) return false;
    hot = handle;
    material.uniforms["hot"]!.value = handle === null ? -1 : HANDLES.indexOf(handle);
    return true;
  };

  return {
    mesh,
    set: (next) => {
      pose = next;
      mesh.visible = next !== null;
    },
    update: (unit) => {
      if (pose === null) return;
      const scale = unit * SIZE;
      mesh.matrix.copy(matrixOf(pose)).scale(new Vector3(scale, scale, scale));
      mesh.matrixWorldNeedsUpdate = true;
    },
    setLook: ({ gizmo }) => {
      for (const [i, colour] of [gizmo.x, gizmo.y, gizmo.z, gizmo.hub].entries()) {
        const { r, g, b } = new Color().setStyle(colour, LinearSRGBColorSpace);
        (material.uniforms["tones"]!.value as Vector3[])[i]!.set(r, g, b);
      }
    },
    pick: (x, y, unit, project) => {
      if (pose === null) return null;
      const at = (px: number, py: number, pz: number) => {
        const k = unit * SIZE;
        return project(transformPoint(pose!, [px * k, py * k, pz * k]));
      };
      let best: GizmoHandle | null = null;
      let least = TOUCH;
      for (const handle of [...HANDLES].reverse()) {
        const gap = gapTo(handle, x, y, at);
        if (gap < least) {
          least = gap;
          best = handle;
        }
      }
      return best;
    },
    highlight,
    dispose: () => {
      mesh.geometry.dispose();
      material.dispose();
    },
  };
}

type At = (x: number, y: number, z: number) => { readonly x: number; readonly y: number };

/** CSS pixels from a point of the screen to a handle; a little less for what lies over the others. */
function gapTo(handle: GizmoHandle, x: number, y: number, at: At): number {
  const { x: cx, y: cy } = at(0, 0, 0);
  const segment = (a: ReturnType<At>, b: ReturnType<At>): number => {
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = dx * dx + dy * dy;
    const u = length < 1 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length));
    return Math.hypot(x - a.x - u * dx, y - a.y - u * dy);
  };
  const square = (corner: (u: number, v: number) => ReturnType<At>): number => {
    const [low, high] = SQUARE;
    const corners = [corner(low, low), corner(high, low), corner(high, high), corner(low, high)];
    let sign = 0;
    let inside = true;
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % 4]!;
      const side = Math.sign((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x));
      if (sign === 0) sign = side;
      else if (side !== 0 && side !== sign) inside = false;
    });
    return inside ? 1 : Math.min(...corners.map((a, i) => segment(a, corners[(i + 1) % 4]!))) + 4;
  };
  switch (handle) {
    case "move-view":
      return Math.hypot(x - cx, y - cy) - 2;
    case "move-x":
      return segment(at(0.16, 0, 0), at(1, 0, 0));
    case "move-y":
      return segment(at(0, 0.16, 0), at(0, 1, 0));
    case "move-z":
      return segment(at(0, 0, 0.16), at(0, 0, 1));
    case "move-xy":
      return square((u, v) => at(u, v, 0));
    case "move-yz":
      return square((u, v) => at(0, u, v));
    case "move-zx":
      return square((u, v) => at(v, 0, u));
    default: {
      const points = Array.from({ length: 33 }, (_, i) => {
        const angle = (2 * Math.PI * i) / 32;
        return at(RING * Math.cos(angle), RING * Math.sin(angle), 0);
      });
      return Math.min(...points.slice(1).map((point, i) => segment(points[i]!, point))) + 1;
    }
  }
}

/** All handles in units of an arrow's length; attribute `role` is colour, handle and strength. */
function gizmoGeometry(): BufferGeometry {
  const parts: BufferGeometry[] = [];
  const add = (
    geometry: BufferGeometry,
    tone: number,
    handle: GizmoHandle,
    strength: number,
    turn?: Matrix4,
  ) => {
    const plain = geometry.index === null ? geometry : geometry.toNonIndexed();
    for (const name of ["uv", "normal"]) plain.deleteAttribute(name);
    if (turn !== undefined) plain.applyMatrix4(turn);
    const { count } = plain.getAttribute("position");
    const role = new Float32Array(count * 3);
    for (let i = 0; i < count; i++) role.set([tone, HANDLES.indexOf(handle), strength], 3 * i);
    plain.setAttribute("role", new BufferAttribute(role, 3));
    parts.push(plain);
  };
  const turns = {
    x: new Matrix4().makeRotationZ(-Math.PI / 2),
    y: new Matrix4(),
    z: new Matrix4().makeRotationX(Math.PI / 2),
  };
  add(new TorusGeometry(RING, 0.011, 6, 72), 2, "turn-z", 0.75);
  const [low, high] = SQUARE;
  const side = high - low;
  const middle = (low + high) / 2;
  const square = () => new PlaneGeometry(side, side);
  const both = (handle: GizmoHandle, tone: number, turn: Matrix4) => {
    add(square(), tone, handle, 0.42, turn);
    add(square().scale(1, 1, -1).rotateX(Math.PI), tone, handle, 0.42, turn);
  };
  both("move-xy", 2, new Matrix4().makeTranslation(middle, middle, 0));
  both(
    "move-yz",
    0,
    new Matrix4().makeTranslation(0, middle, middle).multiply(new Matrix4().makeRotationY(Math.PI / 2)),
  );
  both(
    "move-zx",
    1,
    new Matrix4().makeTranslation(middle, 0, middle).multiply(new Matrix4().makeRotationX(Math.PI / 2)),
  );
  for (const [tone, axis] of (["x", "y", "z"] as const).entries()) {
    const handle: GizmoHandle = `move-${axis}`;
    add(new CylinderGeometry(0.016, 0.016, 0.66, 12).translate(0, 0.49, 0), tone, handle, 1, turns[axis]);
    add(new ConeGeometry(0.062, 0.2, 20).translate(0, 0.9, 0), tone, handle, 1, turns[axis]);
  }
  add(new SphereGeometry(0.055, 20, 14), 3, "move-view", 1);
  return mergeGeometries(parts);
}
