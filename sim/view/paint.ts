/**
 * The one shader that everything solid is drawn with: a soft studio of one shadowing key light, a sky and a few
 * wide lights, of which surfaces show diffuse light, highlights and reflections. Output is tone-mapped sRGB, the
 * same to a page and to a recorded picture. World frame, z up, metres.
 *
 * Written for this house instead of the library's physical material, because that one needs a filtered
 * environment map (seconds in software) and twice the time a pixel. Sources: GGX with Schlick's Fresnel term
 * (Walter et al. 2007), split-sum environment term (Karis 2014, mobile fit), spherical Gaussian lights (Wang et
 * al. 2009), the Khronos Neutral tone mapper.
 */
import {
  Color,
  type CubeTexture,
  DoubleSide,
  FrontSide,
  Matrix4,
  ShaderMaterial,
  type Texture,
  Vector3,
  Vector4,
} from "three";
import { LAMPS } from "./finish.js";

/** How many wide lights a studio has beside key and sky. */
export const WIDE_LIGHTS = 5;

/** Uniforms that all paints of a world share: the studio's light and the status lights. */
export type StudioUniforms = ReturnType<typeof studioUniforms>;

/** Uniforms of a dark studio. */
export const studioUniforms = () => ({
  keyDirection: { value: new Vector3(0, 0, 1) },
  keyColour: { value: new Color(0, 0, 0) },
  /** centre of the key's pool of light on z = 0, and its radius (m); a large radius lights everything alike */
  keyPool: { value: new Vector4(0, 0, 0, 1e3) },
  skyColour: { value: new Color(0, 0, 0) },
  groundColour: { value: new Color(0, 0, 0) },
  /** direction to a light, and its concentration */
  wideAxis: { value: Array.from({ length: WIDE_LIGHTS }, () => new Vector4(0, 0, 1, 1)) },
  wideColour: { value: Array.from({ length: WIDE_LIGHTS }, () => new Color(0, 0, 0)) },
  /** linear colour and own light of each status light; the last is the stop button's */
  lamps: { value: Array.from({ length: LAMPS + 1 }, () => new Vector4(0.2, 0.2, 0.2, 0)) },
  shadowMap: { value: null as Texture | CubeTexture | null },
  shadowFromWorld: { value: new Matrix4() },
  /** texels of blur, and the size of a texel in the map's coordinates */
  shadowBlur: { value: 4 },
  shadowTexel: { value: 1 / 2048 },
  /** m that a receiver is lifted along its normal */
  shadowLift: { value: 0.006 },
  /** ± of one step of 255, hides bands in smooth backgrounds; 0 in recorded pictures */
  dither: { value: 0 },
});

/** GLSL: tone mapping, sRGB, dither. `vec4 shown(vec3 linear, float alpha)` */
export const OUTPUT_GLSL = /* glsl */ `
uniform float dither;
vec3 neutral(vec3 c) {
  const float start = 0.8 - 0.04;
  float low = min(c.r, min(c.g, c.b));
  c -= low < 0.08 ? low - 6.25 * low * low : 0.04;
  float peak = max(c.r, max(c.g, c.b));
  if (peak < start) return c;
  float d = 1.0 - start;
  float mapped = 1.0 - d * d / (peak + d - start);
  float grey = 1.0 - 1.0 / (0.15 * (peak - mapped) + 1.0);
  return mix(c * (mapped / peak), vec3(mapped), grey);
}
vec3 encoded(vec3 c) {
  return mix(1.055 * pow(max(c, 0.0), vec3(1.0 / 2.4)) - 0.055, 12.92 * c, vec3(lessThan(c, vec3(0.0031308))));
}
vec4 shown(vec3 linear, float alpha) {
  vec3 c = encoded(neutral(linear));
  float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
  return vec4(c + noise * dither / 255.0, alpha);
}
`;

/** GLSL: the studio's light. */
export const STUDIO_GLSL = /* glsl */ `
#define WIDE_LIGHTS ${WIDE_LIGHTS}
uniform vec3 keyDirection;
uniform vec3 keyColour;
uniform vec4 keyPool;
uniform vec3 skyColour;
uniform vec3 groundColour;
uniform vec4 wideAxis[WIDE_LIGHTS];
uniform vec3 wideColour[WIDE_LIGHTS];
uniform highp sampler2DShadow shadowMap;
uniform mat4 shadowFromWorld;
uniform float shadowBlur;
uniform float shadowTexel;
uniform float shadowLift;

// Share of the key that reaches a point: twelve compared samples on a disc.
float lit(vec3 world, vec3 n) {
  float slope = 1.0 - max(dot(n, keyDirection), 0.0);
  vec4 at = shadowFromWorld * vec4(world + n * shadowLift * (0.3 + slope), 1.0);
  vec3 p = at.xyz / at.w;
  if (any(lessThan(p, vec3(0.0))) || any(greaterThan(p, vec3(1.0)))) return 1.0;
  float sum = 0.0;
  #ifdef WIDE_SHADOW
  float r = 5.0 * shadowBlur * shadowTexel;
  float turn = 6.2832 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  #else
  float r = shadowBlur * shadowTexel;
  float turn = 0.0;
  #endif
  for (int i = 0; i < 12; i++) {
    float k = sqrt((float(i) + 0.5) / 12.0);
    float a = 2.39996 * float(i) + turn;
    sum += texture(shadowMap, vec3(p.xy + r * k * vec2(cos(a), sin(a)), p.z));
  }
  return sum / 12.0;
}

// The key's colour at a point of the world.
vec3 keyAt(vec3 world) {
  vec2 fromMiddle = (world - keyDirection * (world.z / keyDirection.z)).xy - keyPool.xy;
  float d = length(fromMiddle) / keyPool.w;
  return keyColour * (1.0 - smoothstep(0.25, 1.0, d));
}

vec3 diffuseLight(vec3 n) {
  vec3 light = mix(groundColour, skyColour, 0.5 + 0.5 * n.z);
  for (int i = 0; i < WIDE_LIGHTS; i++) {
    float k = wideAxis[i].w;
    float wrap = 1.0 / (1.0 + 0.5 * k);
    float c = max((dot(n, wideAxis[i].xyz) + wrap) / (1.0 + wrap), 0.0);
    light += wideColour[i] * (2.0 / k) * c * c * (1.0 - exp(-2.0 * k));
  }
  return light;
}

vec3 reflectedLight(vec3 r, float roughness) {
  float blur = 0.12 + 0.9 * roughness;
  vec3 light = mix(groundColour, skyColour, smoothstep(-blur, blur, r.z));
  float a = roughness * roughness;
  float lobe = 0.5 / (a * a + 5e-4);
  for (int i = 0; i < WIDE_LIGHTS; i++) {
    float k = wideAxis[i].w * lobe / (wideAxis[i].w + lobe);
    light += wideColour[i] * (k / wideAxis[i].w) * exp(k * (dot(r, wideAxis[i].xyz) - 1.0));
  }
  return light;
}

// GGX highlight of a light in direction l, without colour and Fresnel term.
float highlight(vec3 n, vec3 v, vec3 l, float roughness) {
  vec3 h = normalize(l + v);
  float a = roughness * roughness;
  float nh = max(dot(n, h), 0.0);
  float d = nh * nh * (a * a - 1.0) + 1.0;
  float lh = max(dot(l, h), 0.1);
  return a * a / (4.0 * 3.14159 * d * d * lh * lh * (roughness + 0.5) + 1e-5);
}

vec2 splitSum(float roughness, float nv) {
  vec4 r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
  float x = min(r.x * r.x, exp2(-9.28 * nv)) * r.x + r.y;
  return vec2(-1.04, 1.04) * x + r.zw;
}

vec3 surfaceLight(vec3 world, vec3 n, vec3 v, vec3 albedo, vec4 surface) {
  float roughness = max(surface.x, 0.05);
  float metal = surface.y;
  float lacquer = surface.z;
  float open = surface.w;
  float nv = max(dot(n, v), 1e-3);
  float nl = max(dot(n, keyDirection), 0.0);
  vec3 key = nl > 0.0 ? keyAt(world) * nl : vec3(0.0);
  if (max(key.r, key.g) > 1e-3) key *= lit(world, n);
  vec3 r = reflect(-v, n);
  vec3 f0 = mix(vec3(0.04), albedo, metal);
  vec2 split = splitSum(roughness, nv);
  vec3 colour = albedo * (1.0 - metal) * (diffuseLight(n) * open + key);
  colour += (f0 * split.x + split.y) * reflectedLight(r, roughness) * open;
  colour += f0 * highlight(n, v, keyDirection, roughness) * key * 3.14159;
  if (lacquer > 0.0) {
    float f = lacquer * (0.04 + 0.96 * pow(1.0 - nv, 5.0));
    colour = colour * (1.0 - f) + f * reflectedLight(r, 0.28) * open;
    colour += lacquer * 0.04 * highlight(n, v, keyDirection, 0.28) * key * 3.14159;
  }
  return colour;
}
`;

const VERTEX = /* glsl */ `
attribute vec4 tint;
attribute vec4 surface;
varying vec3 vWorld;
varying vec3 vNormal;
varying vec4 vTint;
varying vec4 vSurface;
varying vec2 vUv;
void main() {
  vec4 world = modelMatrix * vec4(position, 1.0);
  vWorld = world.xyz;
  vNormal = mat3(modelMatrix) * normal;
  vTint = tint;
  vSurface = surface;
  #if MAPPED > 0
  vUv = uv;
  #endif
  gl_Position = projectionMatrix * viewMatrix * world;
}
`;

const FRAGMENT = /* glsl */ `
${OUTPUT_GLSL}
${STUDIO_GLSL}
uniform vec4 lamps[${LAMPS + 1}];
uniform float hatch;
#if MAPPED > 0
uniform sampler2D map;
uniform vec3 ink;
#endif
varying vec3 vWorld;
varying vec3 vNormal;
varying vec4 vTint;
varying vec4 vSurface;
varying vec2 vUv;
void main() {
  vec3 n = normalize(vNormal);
  vec3 v = normalize(cameraPosition - vWorld);
  vec3 albedo = vTint.rgb;
  #if MAPPED == 1
  vec3 texel = texture2D(map, vUv).rgb;
  albedo = texel * texel;
  #elif MAPPED == 2
  albedo = mix(albedo, ink, texture2D(map, vUv).r);
  #endif
  vec3 glow = vec3(0.0);
  int lampIndex = int(vTint.a * 255.0 + 0.5);
  if (lampIndex > 0) {
    vec4 on = lamps[lampIndex - 1];
    albedo = on.rgb;
    glow = on.rgb * on.a;
  }
  vec3 colour = surfaceLight(vWorld, n, v, albedo, vSurface) + glow;
  if (hatch > 0.0) {
    float stripe = step(0.5, fract((gl_FragCoord.x + gl_FragCoord.y) / 14.0));
    colour = mix(colour, vec3(1.0, 0.235, 0.084), stripe * 0.55 * hatch);
  }
  gl_FragColor = shown(colour, 1.0);
}
`;

/** A picture on a surface: its own colours (stored as their square roots), or ink over the finish's colour. */
export type SurfaceMap =
  | { readonly kind: "colour"; readonly texture: Texture }
  | { readonly kind: "ink"; readonly texture: Texture; readonly ink: string };

/** The paint of a world's solids. Paints with the same `map` kind are one program. */
export function createPaint(
  studio: StudioUniforms,
  {
    map,
    twoSided = false,
    hatched = false,
  }: { map?: SurfaceMap; twoSided?: boolean; hatched?: boolean } = {},
): ShaderMaterial {
  return new ShaderMaterial({
    uniforms: {
      ...studio,
      hatch: { value: hatched ? 1 : 0 },
      ...(map === undefined
        ? {}
        : { map: { value: map.texture }, ink: { value: new Color(map.kind === "ink" ? map.ink : "#000") } }),
    },
    defines: { MAPPED: map === undefined ? 0 : map.kind === "colour" ? 1 : 2 },
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    side: twoSided ? DoubleSide : FrontSide,
  });
}
