/**
 * Where things meet what they stand on: soft dark shapes on the surface below every block, tray, foot and finger,
 * wider and fainter the higher it is held. Computed from shapes and heights, so that they cost one draw call and
 * look the same in every picture. Metres.
 */
import {
  BufferAttribute,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
} from "three";
import {
  boundsOf,
  DIFF_DRIVE,
  invert,
  MOBILE_BASE,
  type Pose,
  rotate,
  type SceneObject,
  transformPoint,
  type Vec3,
  yawOf,
} from "../../core/index.js";
import { TWO_TABLES } from "../mobile/two-tables.js";
import { TABLETOP } from "../tabletop/layout.js";
import { MAT_THICKNESS, propFeet } from "./bench.js";
import { padsAt } from "./figure.js";
import { atBench } from "./kinds.js";
import { RECORD_STUDIO } from "./looks.js";
import { LAYER, type World } from "./world.js";

const MOST = 320;
const ORIGIN: Vec3 = [0, 0, 0];
/** Height above which nothing is grounded any more, m. */
const FADE = 0.09;

/** Contact shadows of a world; they follow its state by `update`. */
export interface Contacts {
  /** of recorded pictures */
  readonly recorded: Mesh;
  update(): void;
  /** of the page's picture, 0 to 1 */
  setStrength(strength: number): void;
  dispose(): void;
}

/** Makes them as part of the world's scene. */
export function createContacts(world: World): Contacts {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute(
    "position",
    new BufferAttribute(Float32Array.of(-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0), 3),
  );
  geometry.setIndex([0, 1, 2, 0, 2, 3]);
  // x y z yaw; half extents, corner, spread; strength
  const place = new InstancedBufferAttribute(new Float32Array(MOST * 4), 4);
  const shape = new InstancedBufferAttribute(new Float32Array(MOST * 4), 4);
  const force = new InstancedBufferAttribute(new Float32Array(MOST), 1);
  geometry.setAttribute("place", place);
  geometry.setAttribute("shape", shape);
  geometry.setAttribute("force", force);
  const recorded = new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    polygonOffset: true,
    polygonOffsetFactor: 0,
    polygonOffsetUnits: -2,
    uniforms: { strength: { value: RECORD_STUDIO[world.kind].contact } },
    vertexShader: /* glsl */ `
attribute vec4 place;
attribute vec4 shape;
attribute float force;
varying vec2 vAt;
varying vec4 vShape;
varying float vForce;
void main() {
  vec2 reach = shape.xy + 2.2 * shape.w;
  vAt = position.xy * reach;
  vShape = shape;
  vForce = force;
  float c = cos(place.w);
  float s = sin(place.w);
  vec3 world = vec3(place.x + c * vAt.x - s * vAt.y, place.y + s * vAt.x + c * vAt.y, place.z);
  gl_Position = projectionMatrix * viewMatrix * vec4(world, 1.0);
}`,
    fragmentShader: /* glsl */ `
uniform float strength;
varying vec2 vAt;
varying vec4 vShape;
varying float vForce;
void main() {
  vec2 q = abs(vAt) - vShape.xy + vShape.z;
  float d = length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - vShape.z;
  float far = smoothstep(2.2, -0.6, d / vShape.w);
  gl_FragColor = vec4(0.0, 0.0, 0.0, strength * vForce * far * far);
}`,
  });
  const shown = recorded.clone();
  const meshes = [recorded, shown].map((material, layer) => {
    const mesh = new Mesh(geometry, material);
    mesh.frustumCulled = false;
    mesh.renderOrder = 1;
    mesh.layers.set(layer === 0 ? LAYER.recorded : LAYER.page);
    world.scene.add(mesh);
    return mesh;
  });

  const feet = propFeet(world.kind, world.arm);
  let count = 0;
  /** @param height of the thing's underside above the surface at `z` */
  const put = (
    [x, y, z]: readonly [number, number, number],
    yaw: number,
    [hx, hy]: readonly [number, number],
    corner: number,
    height: number,
    weight = 1,
  ) => {
    if (height > FADE || count >= MOST) return;
    const h = Math.max(0, height);
    place.setXYZW(count, x, y, z + 0.0004, yaw);
    shape.setXYZW(count, hx, hy, corner, 0.007 + 0.55 * h);
    force.setX(count, weight * (1 - h / FADE) ** 2);
    count++;
  };

  const bins = (): SceneObject[] => world.objects().filter((object) => object.class === "bin");
  /** z of what lies below a point: a table of a room, a tray's floor or the table at the arm */
  const below = (x: number, y: number): number => {
    for (const { id, size } of world.objects().filter((object) => object.class === "table")) {
      const top = world.poseOf(id)!;
      const [dx, dy] = transformPoint(invert(top), [x, y, 0]);
      if (Math.abs(dx) < size[0] / 2 && Math.abs(dy) < size[1] / 2) return top.position[2];
    }
    const inside = bins().some(({ id, size }) => {
      const p = world.poseOf(id)!.position;
      return Math.abs(x - p[0]) < size[0] / 2 && Math.abs(y - p[1]) < size[1] / 2;
    });
    return inside ? 0.0004 : 0;
  };

  const putObject = (object: SceneObject, pose: Pose) => {
    const [x, y, z] = pose.position;
    // A pot stands on its body, which is as wide as it is high, not on its handles.
    const [length, width] = object.class === "pot" ? [object.size[2], object.size[2]] : object.size;
    const half = [length / 2, width / 2] as const;
    switch (object.class) {
      case "table":
        for (const sx of [1, -1])
          for (const sy of [1, -1]) {
            const { leg, inset } = TWO_TABLES.table;
            const foot = transformPoint(pose, [sx * (half[0] - inset), sy * (half[1] - inset), -z]);
            put([foot[0], foot[1], 0], yawOf(pose.orientation), [leg / 2, leg / 2], 0.008, 0.002);
          }
        break;
      case "box":
      case "cube":
      case "can":
      case "nut":
      case "tee":
      case "sponge":
      case "pot": {
        const [, , up] = rotate(pose.orientation, [0, 0, 1]);
        const tilted = Math.abs(up) < 0.95 ? 1.2 : 1;
        const corner = object.class === "can" ? half[0] : 0.004;
        const ground = below(x, y);
        put(
          [x, y, ground],
          yawOf(pose.orientation),
          half,
          corner,
          z - ground - (object.size[2] / 2) * tilted,
        );
        break;
      }
      case "rope":
      case "rope-end": {
        const [, wide] = half;
        put(
          [x, y, below(x, y)],
          yawOf(pose.orientation),
          [half[0] - wide, 0.8 * wide],
          0.004,
          z - below(x, y) - wide,
        );
        break;
      }
      case "bin": {
        const { wall } = TABLETOP.bin;
        const yaw = yawOf(pose.orientation);
        put([x, y, z - MAT_THICKNESS], yaw, [half[0] + wall, half[1] + wall], 0.018, 0);
        put([x, y, z + 0.0004], yaw, [half[0] - 0.004, half[1] - 0.004], 0.01, 0, 0);
        break;
      }
      case "peg":
      case "hole":
      case "cabinet": {
        const off = object.shape === undefined ? ORIGIN : boundsOf(object.shape).centre;
        const [mx, my] = transformPoint(pose, off);
        put([mx, my, 0], yawOf(pose.orientation), half, 0.003, z + off[2] - object.size[2] / 2);
        break;
      }
      case "drawer": {
        const { centre, size } = boundsOf(object.shape ?? { kind: "box", size: object.size });
        const [mx, my] = transformPoint(pose, centre);
        const low = z + centre[2] - size[2] / 2;
        put([mx, my, 0], yawOf(pose.orientation), [size[0] / 2, size[1] / 2], 0.003, low, 0.6);
        break;
      }
      case "obstacle":
        put([x, y, z - object.size[2] / 2], 0, half, half[0], 0.03, 1.2);
        break;
      default:
        break;
    }
  };

  const update = () => {
    count = 0;
    for (const object of world.objects()) putObject(object, world.poseOf(object.id)!);
    const [x, y] = world.robotPose().position;
    if (atBench(world.kind)) {
      for (const [px, py, radius] of feet) put([px, py, -MAT_THICKNESS], 0, [radius, radius], radius, 0.002);
      for (const { tool, gripperWidth } of world.hands()) {
        const [tx, ty, tz] = tool.position;
        const [ax, ay] = rotate(tool.orientation, [0, 1, 0]);
        const yaw = Math.atan2(-ax, ay);
        for (const off of padsAt(world.arm.gripper, gripperWidth)) {
          const [fx, fy] = [tx + off * ax, ty + off * ay];
          put([fx, fy, below(fx, fy)], yaw, [0.009, 0.006], 0.003, tz - 0.011);
        }
      }
    } else if (world.kind !== "course") {
      const { radius } = world.kind === "mobile" ? MOBILE_BASE : DIFF_DRIVE;
      put([x, y, 0], 0, [radius, radius], radius, 0.04, 2);
    }
    geometry.instanceCount = count;
    place.needsUpdate = true;
    shape.needsUpdate = true;
    force.needsUpdate = true;
  };

  return {
    recorded: meshes[0]!,
    update,
    setStrength: (strength) => {
      shown.uniforms["strength"]!.value = strength;
    },
    dispose: () => {
      geometry.dispose();
      recorded.dispose();
      shown.dispose();
    },
  };
}
