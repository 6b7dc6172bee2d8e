/**
 * What is behind the world in the page's picture: a soft background, and around the table a floor that fades away,
 * with a grid of 0.1 and 0.5 m. Never part of a recorded picture.
 */
import {
  BufferAttribute,
  BufferGeometry,
  CircleGeometry,
  Color,
  LinearSRGBColorSpace,
  Mesh,
  ShaderMaterial,
  Vector2,
  Vector3,
} from "three";
import { FLOOR } from "./bench.js";
import { atBench } from "./kinds.js";
import type { PageLook } from "./looks.js";
import { OUTPUT_GLSL, SKY_GLSL, STUDIO_GLSL } from "./paint.js";
import { LAYER, type World } from "./world.js";

/** The backdrop of a page's picture. */
export interface Backdrop {
  setLook(look: PageLook): void;
  /** @param centre of the light spot, and its size, shares of the canvas's height from its lower left corner */
  setCentre(x: number, y: number, aspect: number): void;
  dispose(): void;
}

/** Adds a backdrop to the world's scene. */
export function createBackdrop({ scene, studio: { shown: studio }, kind }: World): Backdrop {
  const screen = new BufferGeometry();
  screen.setAttribute("position", new BufferAttribute(Float32Array.of(-1, -1, 0, 3, -1, 0, -1, 3, 0), 3));
  const sky = new ShaderMaterial({
    depthWrite: false,
    uniforms: {
      inner: { value: new Vector3() },
      outer: { value: new Vector3() },
      centre: { value: new Vector2(0.5, 0.55) },
      aspect: { value: 1.6 },
    },
    vertexShader:
      "varying vec2 at;void main(){at=position.xy*0.5+0.5;gl_Position=vec4(position.xy,1.0,1.0);}",
    fragmentShader: /* glsl */ `
uniform vec3 inner;
uniform vec3 outer;
uniform vec2 centre;
uniform float aspect;
varying vec2 at;
void main() {
  float d = length((at - centre) * vec2(aspect, 1.0)) / 0.95;
  vec3 c = mix(inner, outer, smoothstep(0.05, 1.0, d));
  float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
  gl_FragColor = vec4(c + noise * 1.6 / 255.0, 1.0);
}`,
  });
  const background = new Mesh(screen, sky);
  background.frustumCulled = false;
  // Behind everything and last, so that only what is seen of it is drawn.
  background.renderOrder = 9;
  background.layers.set(LAYER.page);
  scene.add(background);

  const disc = new CircleGeometry(4.2, 64);
  const ground = new ShaderMaterial({
    transparent: true,
    depthWrite: atBench(kind),
    defines: { WIDE_SHADOW: 1 },
    uniforms: {
      ...studio,
      albedo: { value: new Color() },
      gridColour: { value: new Vector3() },
      gridOpacity: { value: 0.16 },
      solid: { value: atBench(kind) ? 1 : 0 },
    },
    vertexShader: `${SKY_GLSL}varying vec3 world;varying vec3 sky;void main(){sky=diffuseLight(vec3(0.0,0.0,1.0));world=(modelMatrix*vec4(position,1.0)).xyz;gl_Position=projectionMatrix*viewMatrix*vec4(world,1.0);}`,
    fragmentShader: /* glsl */ `
${OUTPUT_GLSL}
${STUDIO_GLSL}
uniform vec3 albedo;
uniform vec3 gridColour;
uniform float gridOpacity;
uniform float solid;
varying vec3 world;
varying vec3 sky;
float lines(vec2 q, float width) {
  vec2 d = fwidth(q);
  vec2 a = abs(fract(q - 0.5) - 0.5) / d;
  // Where lines come closer than pixels they thin out instead of flickering.
  return (1.0 - min(min(a.x, a.y) / width, 1.0)) * clamp(0.5 / max(d.x, d.y) - 0.5, 0.0, 1.0);
}
void main() {
  vec3 n = vec3(0.0, 0.0, 1.0);
  float away = length(world.xy - vec2(0.4, 0.0));
  vec3 light = sky + keyAt(world) * keyDirection.z * mix(0.35, 1.0, lit(world, n));
  vec4 c = shown(albedo * light, solid * smoothstep(4.0, 0.7, away));
  float grid = max(lines(world.xy * 2.0, 1.2), 0.32 * lines(world.xy * 10.0, 1.0));
  float g = gridOpacity * grid * smoothstep(3.4, 0.6, away);
  gl_FragColor = solid > 0.5 ? vec4(mix(c.rgb, gridColour, g), c.a) : vec4(gridColour, g);
}`,
  });
  const floor = new Mesh(disc, ground);
  floor.position.set(atBench(kind) ? 0.4 : 0, 0, atBench(kind) ? FLOOR : 0.001);
  floor.renderOrder = -5;
  floor.layers.set(LAYER.page);
  floor.updateMatrixWorld();
  scene.add(floor);

  const raw = (target: Vector3, colour: string) => {
    const { r, g, b } = new Color().setStyle(colour, LinearSRGBColorSpace);
    target.set(r, g, b);
  };
  return {
    setLook: ({ backdrop, floor: albedo, grid }) => {
      raw(sky.uniforms["inner"]!.value, backdrop[0]);
      raw(sky.uniforms["outer"]!.value, backdrop[1]);
      (ground.uniforms["albedo"]!.value as Color).set(albedo);
      raw(ground.uniforms["gridColour"]!.value, grid.colour);
      ground.uniforms["gridOpacity"]!.value = grid.opacity;
    },
    setCentre: (x, y, aspect) => {
      (sky.uniforms["centre"]!.value as Vector2).set(x, y);
      sky.uniforms["aspect"]!.value = aspect;
    },
    dispose: () => {
      screen.dispose();
      sky.dispose();
      disc.dispose();
      ground.dispose();
    },
  };
}
