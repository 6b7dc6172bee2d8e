/**
 * The commanded gripper beside the measured one: wrist, hand and fingers in the driver's colour, of which only the
 * outer faces show. It appears as far as the measured one lags behind. World frame, metres; layer of the page.
 */
import { Color, Group, LinearSRGBColorSpace, Matrix4, Mesh, ShaderMaterial, Vector3 } from "three";
import { angleBetween, compose, distance, type Pose } from "../../core/index.js";
import { fingerPoses } from "./figure.js";
import type { PageLook } from "./looks.js";
import { matrixOf } from "./shapes.js";
import type { GhostCommand } from "./types.js";
import { LAYER, type World } from "./world.js";

/** Lag at which it begins to show and shows fully: m and rad. */
const LAG = { distance: [0.015, 0.04], angle: [0.14, 0.35] } as const;
/** How many of the last joints the ghost shows: the wrist. */
const WRIST = 2;

/** The ghost of a world's gripper. */
export interface Ghost {
  set(command: GhostCommand | null): void;
  /** Follows the measured gripper; call after the world has moved. */
  update(): void;
  setColour(colour: string, look: PageLook): void;
  dispose(): void;
}

/** Adds a ghost to the world's scene. */
export function createGhost(world: World): Ghost {
  const group = new Group();
  group.visible = false;
  world.scene.add(group);
  // Among the transparent ones, so that floor and background are drawn before it.
  const hidden = new ShaderMaterial({
    transparent: true,
    colorWrite: false,
    vertexShader: "void main(){vec4 p=modelViewMatrix*vec4(position,1.0);gl_Position=projectionMatrix*p;}",
    fragmentShader: "void main(){gl_FragColor=vec4(1.0);}",
  });
  const shown = new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    uniforms: {
      colour: { value: new Vector3() },
      base: { value: 0.1 },
      rim: { value: 0.75 },
      strength: { value: 0 },
    },
    vertexShader: /* glsl */ `
varying vec3 n;
varying vec3 v;
void main() {
  vec4 p = modelViewMatrix * vec4(position, 1.0);
  n = normalize(normalMatrix * normal);
  v = normalize(-p.xyz);
  gl_Position = projectionMatrix * p;
}`,
    fragmentShader: /* glsl */ `
uniform vec3 colour;
uniform float base;
uniform float rim;
uniform float strength;
varying vec3 n;
varying vec3 v;
void main() {
  float f = pow(1.0 - abs(dot(normalize(n), normalize(v))), 2.2);
  gl_FragColor = vec4(colour, min(1.0, base + rim * f) * strength);
}`,
  });
  const tip = world.tip((world.chain?.n ?? 0) - WRIST);
  const copies = tip.map(({ mesh, joint }) => {
    const pair = [hidden, shown].map((material, i) => {
      const copy = new Mesh(mesh.geometry, material);
      copy.matrixAutoUpdate = false;
      copy.layers.set(LAYER.page);
      copy.renderOrder = 5 + i;
      group.add(copy);
      return copy;
    });
    return { source: mesh, finger: joint >= (world.chain?.n ?? 0), pair };
  });
  let command: GhostCommand | null = null;

  const lagOf = (measured: Pose, commanded: Pose): number => {
    const share = (value: number, [low, high]: readonly [number, number]) =>
      Math.min(1, Math.max(0, (value - low) / (high - low)));
    return Math.max(
      share(distance(measured.position, commanded.position), LAG.distance),
      share(angleBetween(measured.orientation, commanded.orientation), LAG.angle),
    );
  };

  return {
    set: (next) => {
      command = next;
    },
    update: () => {
      const measured = world.robotPose();
      const strength = command === null || copies.length === 0 ? 0 : lagOf(measured, command.tool);
      group.visible = strength > 0;
      shown.uniforms["strength"]!.value = strength;
      if (command === null || strength === 0) return;
      const move = matrixOf(command.tool).multiply(matrixOf(measured).invert());
      const fingers = fingerPoses(world.arm.gripper, command.gripperWidth);
      let next = 0;
      for (const { source, finger, pair } of copies) {
        const matrix = finger
          ? matrixOf(compose(command.tool, fingers[next++]!))
          : new Matrix4().multiplyMatrices(move, source.matrix);
        for (const copy of pair) {
          copy.matrix.copy(matrix);
          copy.matrixWorldNeedsUpdate = true;
        }
      }
    },
    setColour: (colour, { ghost }) => {
      const { r, g, b } = new Color().setStyle(colour, LinearSRGBColorSpace);
      (shown.uniforms["colour"]!.value as Vector3).set(r, g, b);
      shown.uniforms["base"]!.value = ghost.base;
      shown.uniforms["rim"]!.value = ghost.rim;
    },
    dispose: () => {
      hidden.dispose();
      shown.dispose();
    },
  };
}
