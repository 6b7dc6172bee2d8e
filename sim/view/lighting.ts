/**
 * Puts a look's light into a world's paint, and draws the key light's shadow map. One map serves the page and the
 * recorded cameras, because the key stands in the same place in every look; it is drawn when the world has moved.
 */
import {
  Color,
  DepthTexture,
  LessEqualCompare,
  NoBlending,
  OrthographicCamera,
  ShaderMaterial,
  Vector3,
  type Vector4,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import type { Vec3 } from "../../core/index.js";
import { atBench } from "./kinds.js";
import { KEY_TOWARDS, type Studio } from "./looks.js";
import { type StudioUniforms, WIDE_LIGHTS } from "./paint.js";
import type { WorldKind } from "./types.js";
import { LAYER, type World } from "./world.js";

/** Texels of a side of the shadow map. */
export const SHADOW_SIZE = 2048;
/** What the key's shadows cover: middle and half extents, m. */
const REACH: Readonly<Record<WorldKind, { readonly middle: Vec3; readonly half: number }>> = {
  tabletop: { middle: [0.45, 0, 0.1], half: 1.12 },
  "two-arm": { middle: [0.5, 0, 0.1], half: 1.12 },
  room: { middle: [0, 0, 0.2], half: 4.4 },
  course: { middle: [0, 0, 0.2], half: 4.4 },
  mobile: { middle: [0, 0, 0.4], half: 4.4 },
};

/**
 * Lights a studio like this.
 * @param towards the key light
 */
export function lightStudio(
  studio: StudioUniforms,
  kind: WorldKind,
  look: Studio,
  towards: Vec3 = KEY_TOWARDS[kind],
): void {
  const { wide } = look;
  studio.keyDirection.value.set(...towards).normalize();
  studio.keyColour.value.setRGB(...look.key);
  const [x, y] = REACH[kind].middle;
  studio.keyPool.value.set(x, y, 0, look.pool === null ? 1e4 : look.pool * (atBench(kind) ? 1 : 2.2));
  studio.skyColour.value.setRGB(...look.sky);
  studio.groundColour.value.setRGB(...look.ground);
  for (let i = 0; i < WIDE_LIGHTS; i++) {
    const light = wide[i]!;
    const axis = new Vector3(...light.towards).normalize();
    studio.wideAxis.value[i]!.set(axis.x, axis.y, axis.z, light.concentration);
    studio.wideColour.value[i]!.setRGB(...light.colour);
  }
}

/** Sets a status light: sRGB colour, own light. */
export function setLamp(lamp: Vector4, colour: string, glow: number): void {
  const { r, g, b } = new Color(colour);
  lamp.set(r, g, b, glow);
}

/** The shadow map of a world's key light. */
export interface Shadows {
  /** Draws the map for the world as it stands. */
  draw(renderer: WebGLRenderer): void;
  /** The key light stands elsewhere; draw the map anew. */
  aim(towards: Vec3): void;
  dispose(): void;
}

/** Aims the key light's shadow map of a kind of world; the camera that draws it. */
export function aimKey(studio: StudioUniforms, kind: WorldKind, key: Vec3): OrthographicCamera {
  const { middle, half } = REACH[kind];
  const camera = new OrthographicCamera(-half, half, half, -half, 0.2, 4 * half);
  camera.up.set(0, 0, 1);
  camera.layers.set(LAYER.shadow);
  camera.position.set(...middle).addScaledVector(new Vector3(...key).normalize(), 2 * half);
  camera.lookAt(...middle);
  camera.updateMatrixWorld();
  studio.shadowFromWorld.value
    .makeScale(0.5, 0.5, 0.5)
    .setPosition(0.5, 0.5, 0.5)
    .multiply(camera.projectionMatrix)
    .multiply(camera.matrixWorldInverse);
  studio.shadowTexel.value = 1 / SHADOW_SIZE;
  studio.shadowBlur.value = atBench(kind) ? 3.5 : 2.5;
  studio.shadowLift.value = atBench(kind) ? 0.006 : 0.014;
  return camera;
}

/** Makes the map and gives it to the world's paint. */
export function createShadows({ scene, studio: { recorded: studio }, kind }: World): Shadows {
  const depthTexture = new DepthTexture(SHADOW_SIZE, SHADOW_SIZE);
  depthTexture.compareFunction = LessEqualCompare;
  const target = new WebGLRenderTarget(SHADOW_SIZE, SHADOW_SIZE, { depthTexture });
  const material = new ShaderMaterial({
    vertexShader: "void main(){gl_Position=projectionMatrix*modelViewMatrix*vec4(position,1.0);}",
    fragmentShader: "void main(){gl_FragColor=vec4(1.0);}",
    colorWrite: false,
    blending: NoBlending,
    polygonOffset: true,
    polygonOffsetFactor: 2.5,
    polygonOffsetUnits: 8,
  });
  let camera = aimKey(studio, kind, KEY_TOWARDS[kind]);
  studio.shadowMap.value = depthTexture;
  return {
    draw: (renderer) => {
      scene.overrideMaterial = material;
      renderer.setRenderTarget(target);
      renderer.clear();
      renderer.render(scene, camera);
      scene.overrideMaterial = null;
      renderer.setRenderTarget(null);
    },
    aim: (key) => {
      camera = aimKey(studio, kind, key);
    },
    dispose: () => {
      target.dispose();
      depthTexture.dispose();
      material.dispose();
    },
  };
}
