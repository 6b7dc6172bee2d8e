/**
 * Lines over the picture, of a width in pixels: trail, plan, plumb line, outlines. All of a kind in one draw call:
 * each piece has its own widths, strengths, colour and dashes. World frame, metres; layer of the page.
 */
import {
  BufferAttribute,
  Color,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  LinearSRGBColorSpace,
  Mesh,
  ShaderMaterial,
  Vector2,
} from "three";
import type { Vec3 } from "../../core/index.js";
import { LAYER } from "./world.js";

/** A line through points. */
export interface Line {
  readonly points: readonly Vec3[];
  readonly colour: string;
  /** CSS pixels at its beginning and end */
  readonly width: readonly [number, number];
  /** 0 to 1 at its beginning and end */
  readonly strength: readonly [number, number];
  /** m of a dash and of the gap after it; default none */
  readonly dash?: readonly [number, number];
}

const MOST = 1024;

/** The lines of a picture. */
export interface Lines {
  readonly mesh: Mesh;
  set(lines: readonly Line[]): void;
  /** @param pixelRatio drawn pixels a CSS pixel */
  resize(width: number, height: number, pixelRatio: number): void;
  dispose(): void;
}

/** Makes an empty set of lines. */
export function createLines(): Lines {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute(
    "position",
    new BufferAttribute(Float32Array.of(0, -1, 0, 1, -1, 0, 1, 1, 0, 0, 1, 0), 3),
  );
  geometry.setIndex([0, 1, 2, 0, 2, 3]);
  const attribute = (name: string, size: number) => {
    const made = new InstancedBufferAttribute(new Float32Array(MOST * size), size);
    geometry.setAttribute(name, made);
    return made;
  };
  const from = attribute("from", 3);
  const to = attribute("to", 3);
  const look = attribute("look", 4);
  const tone = attribute("tone", 3);
  const dash = attribute("dash", 4);
  const material = new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    uniforms: { halfSize: { value: new Vector2(1, 1) }, pixelRatio: { value: 1 } },
    vertexShader: /* glsl */ `
attribute vec3 from;
attribute vec3 to;
attribute vec4 look;
attribute vec3 tone;
attribute vec4 dash;
uniform vec2 halfSize;
uniform float pixelRatio;
varying vec4 vColour;
varying vec3 vDash;
varying float vAcross;
varying float vWidth;
void main() {
  vec4 a = projectionMatrix * viewMatrix * vec4(from, 1.0);
  vec4 b = projectionMatrix * viewMatrix * vec4(to, 1.0);
  // A piece that begins behind the eye is not drawn.
  if (min(a.w, b.w) < 0.01) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  vec2 way = (b.xy / b.w - a.xy / a.w) * halfSize;
  vec2 along = length(way) > 1e-4 ? normalize(way) : vec2(1.0, 0.0);
  float width = mix(look.x, look.y, position.x) * pixelRatio;
  vec4 at = position.x > 0.5 ? b : a;
  float reach = 0.5 * width + 0.75;
  at.xy += vec2(-along.y, along.x) * position.y * reach / halfSize * at.w;
  gl_Position = at;
  vAcross = position.y * reach;
  vWidth = width;
  vColour = vec4(tone, mix(look.z, look.w, position.x));
  vDash = vec3(mix(dash.x, dash.y, position.x), dash.zw);
}`,
    fragmentShader: /* glsl */ `
varying vec4 vColour;
varying vec3 vDash;
varying float vAcross;
varying float vWidth;
void main() {
  float cover = clamp(0.5 * vWidth + 0.5 - abs(vAcross), 0.0, 1.0);
  if (vDash.z > 0.0 && mod(vDash.x, vDash.y + vDash.z) > vDash.y) discard;
  gl_FragColor = vec4(vColour.rgb, vColour.a * cover);
}`,
  });
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  mesh.renderOrder = 8;
  mesh.layers.set(LAYER.page);
  geometry.instanceCount = 0;

  return {
    mesh,
    set: (lines) => {
      let count = 0;
      for (const line of lines) {
        const { r, g, b } = new Color().setStyle(line.colour, LinearSRGBColorSpace);
        const pieces = line.points.length - 1;
        let way = 0;
        for (let i = 0; i < pieces && count < MOST; i++, count++) {
          const [p, q] = [line.points[i]!, line.points[i + 1]!];
          const length = Math.hypot(q[0] - p[0], q[1] - p[1], q[2] - p[2]);
          const mix = ([a, z]: readonly [number, number], u: number) => a + u * (z - a);
          from.setXYZ(count, ...p);
          to.setXYZ(count, ...q);
          look.setXYZW(
            count,
            mix(line.width, i / pieces),
            mix(line.width, (i + 1) / pieces),
            mix(line.strength, i / pieces),
            mix(line.strength, (i + 1) / pieces),
          );
          tone.setXYZ(count, r, g, b);
          dash.setXYZW(count, way, way + length, line.dash?.[0] ?? 0, line.dash?.[1] ?? 0);
          way += length;
        }
      }
      geometry.instanceCount = count;
      mesh.visible = count > 0;
      for (const each of [from, to, look, tone, dash]) each.needsUpdate = true;
    },
    resize: (width, height, pixelRatio) => {
      (material.uniforms["halfSize"]!.value as Vector2).set(
        (width * pixelRatio) / 2,
        (height * pixelRatio) / 2,
      );
      material.uniforms["pixelRatio"]!.value = pixelRatio;
    },
    dispose: () => {
      geometry.dispose();
      material.dispose();
    },
  };
}

/** A circle on a level plane, closed. */
export function circle([x, y, z]: Vec3, radius: number, pieces = 48): Vec3[] {
  return Array.from({ length: pieces + 1 }, (_, i): Vec3 => {
    const angle = (2 * Math.PI * i) / pieces;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle), z];
  });
}
