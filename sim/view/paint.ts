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
import { Color, type CubeTexture, Matrix4, ShaderMaterial, type Texture, Vector3, Vector4 } from "three";
import { LAMPS } from "./finish.js";

/** How many wide lights a studio has beside key and sky. */
export const WIDE_LIGHTS = 4;

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
// sRGB by square roots: within a quarter of a grey level, for less than a power function.
vec3 encoded(vec3 c) {
  c = max(c, 0.0);
  vec3 s1 = sqrt(c);
  vec3 s2 = sqrt(s1);
  vec3 s3 = sqrt(s2);
  vec3 bright = 0.662002687 * s1 + 0.684122060 * s2 - 0.323583601 * s3 - 0.0225411470 * c;
  return mix(bright, 12.92 * c, vec3(lessThan(c, vec3(0.0031308))));
}
vec4 shown(vec3 linear, float alpha) {
  vec3 c = encoded(neutral(linear));
  float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
  return vec4(c + noise * dither / 255.0, alpha);
}
`;

/** GLSL: the studio's light without its key, as dull surfaces see it. */
export const SKY_GLSL = /* glsl */ `
#define WIDE_LIGHTS ${WIDE_LIGHTS}
uniform vec3 skyColour;
uniform vec3 groundColour;
uniform vec4 wideAxis[WIDE_LIGHTS];
uniform vec3 wideColour[WIDE_LIGHTS];
// What a surface of this direction sees of sky, ground and wide lights, without reflection.
vec3 diffuseLight(vec3 n) {
  vec3 light = mix(groundColour, skyColour, 0.5 + 0.5 * n.z);
  for (int i = 0; i < WIDE_LIGHTS; i++) {
    float k = wideAxis[i].w;
    float wrap = 1.0 / (1.0 + 0.5 * k);
    float c = max((dot(n, wideAxis[i].xyz) + wrap) / (1.0 + wrap), 0.0);
    light += wideColour[i] * (2.0 / k) * c * c;
  }
  return light;
}
`;

/** GLSL: the studio's light. */
export const STUDIO_GLSL = /* glsl */ `
${SKY_GLSL}
uniform vec3 keyDirection;
uniform vec3 keyColour;
uniform vec4 keyPool;
uniform highp sampler2DShadow shadowMap;
uniform mat4 shadowFromWorld;
uniform float shadowBlur;
uniform float shadowTexel;
uniform float shadowLift;

const vec2 DISC[12] = vec2[12](
  vec2(0.92, 0.25), vec2(-0.25, 0.92), vec2(-0.92, -0.25), vec2(0.25, -0.92),
  vec2(0.53, 0.72), vec2(-0.72, 0.53), vec2(-0.53, -0.72), vec2(0.72, -0.53),
  vec2(0.39, 0.14), vec2(-0.14, 0.39), vec2(-0.39, -0.14), vec2(0.14, -0.39)
);

// Share of the key that reaches a point: compared samples on a disc, the outer ring first. Where that agrees the
// rest would too; only the edges of shadows pay for all.
float lit(vec3 world, vec3 n) {
  float slope = 1.0 - max(dot(n, keyDirection), 0.0);
  vec4 at = shadowFromWorld * vec4(world + n * shadowLift * (0.3 + slope), 1.0);
  vec3 p = at.xyz;
  if (any(lessThan(p, vec3(0.0))) || any(greaterThan(p, vec3(1.0)))) return 1.0;
  #ifdef WIDE_SHADOW
  float r = 5.0 * shadowBlur * shadowTexel;
  float turn = 6.2832 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  mat2 spin = r * mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
  #else
  float spin = shadowBlur * shadowTexel;
  #endif
  float sum = 0.0;
  for (int i = 0; i < 4; i++) sum += texture(shadowMap, vec3(p.xy + spin * DISC[i], p.z));
  #ifdef PLAIN
  return 0.25 * sum;
  #endif
  if (sum < 0.001 || sum > 3.999) return 0.25 * sum;
  for (int i = 4; i < 12; i++) sum += texture(shadowMap, vec3(p.xy + spin * DISC[i], p.z));
  return sum / 12.0;
}

// The key's colour at a point of the world.
vec3 keyAt(vec3 world) {
  vec2 fromMiddle = (world - keyDirection * (world.z / keyDirection.z)).xy - keyPool.xy;
  float d = length(fromMiddle) / keyPool.w;
  return keyColour * (1.0 - smoothstep(0.25, 1.0, d));
}

// What a mirror of this roughness shows in direction r. Lobes are rational where Gaussians would need powers.
vec3 reflectedLight(vec3 r, float roughness) {
  float blur = 0.12 + 0.9 * roughness;
  vec3 light = mix(groundColour, skyColour, smoothstep(-blur, blur, r.z));
  float a = roughness * roughness;
  #ifdef PLAIN
  return light;
  #endif
  if (roughness > 0.7) return light;
  float lobe = 0.5 / (a * a + 5e-4);
  for (int i = 0; i < WIDE_LIGHTS; i++) {
    float k = lobe / (wideAxis[i].w + lobe);
    float x = 1.0 / (1.0 + 0.5 * k * wideAxis[i].w * (1.0 - dot(r, wideAxis[i].xyz)));
    light += wideColour[i] * k * x * x;
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

// sky: what diffuseLight gives for n
vec3 surfaceLight(vec3 world, vec3 n, vec3 v, vec3 sky, vec3 albedo, vec4 surface) {
  float metal = surface.y;
  float lacquer = surface.z;
  float open = surface.w;
  float nv = max(dot(n, v), 1e-3);
  float nl = max(dot(n, keyDirection), 0.0);
  vec3 key = nl > 0.0 ? keyAt(world) * nl : vec3(0.0);
  if (max(key.r, key.g) > 1e-3) key *= lit(world, n);
  vec3 f0 = mix(vec3(0.04), albedo, metal);
  // One mirror a surface: a clear coat's where there is one, else the surface's own.
  float roughness = mix(max(surface.x, 0.05), 0.28, min(1.0, 4.0 * lacquer));
  vec2 split = splitSum(roughness, nv);
  vec3 mirror = mix(f0 * split.x + split.y, vec3(0.6 * f0 * split.x + split.y), lacquer);
  vec3 colour = albedo * (1.0 - metal) * (sky * open + key);
  colour += mirror * reflectedLight(reflect(-v, n), roughness) * open;
  if (nl > 0.0) colour += f0 * highlight(n, v, keyDirection, roughness) * key * 3.14159;
  return colour;
}
`;

const VERTEX = /* glsl */ `
${SKY_GLSL}
attribute vec4 tint;
attribute vec4 surface;
varying vec3 vWorld;
varying vec3 vNormal;
varying vec4 vTint;
varying vec4 vSurface;
varying vec2 vUv;
varying vec3 vSky;
void main() {
  vec4 world = modelMatrix * vec4(position, 1.0);
  vWorld = world.xyz;
  vNormal = mat3(modelMatrix) * normal;
  vSky = diffuseLight(vNormal);
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
#ifdef SHADED
uniform vec3 shade;
#endif
varying vec3 vWorld;
varying vec3 vNormal;
varying vec4 vTint;
varying vec4 vSurface;
varying vec2 vUv;
varying vec3 vSky;
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
  #ifdef SHADED
  albedo = min(albedo * shade, vec3(1.0));
  #endif
  vec3 glow = vec3(0.0);
  int lampIndex = int(vTint.a * 255.0 + 0.5);
  if (lampIndex > 0) {
    vec4 on = lamps[lampIndex - 1];
    albedo = on.rgb;
    glow = on.rgb * on.a;
  }
  vec3 colour = surfaceLight(vWorld, n, v, vSky, albedo, vSurface) + glow;
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
  options: {
    readonly map?: SurfaceMap;
    readonly hatched?: boolean;
    /** harder shadows and no reflections of the wide lights: for slow graphics */
    readonly plain?: boolean;
    /** factors on its linear colours, to be set later as well; without them it is another program, unchanged */
    readonly shade?: Vector3;
  } = {},
): ShaderMaterial {
  const { map } = options;
  return new ShaderMaterial({
    uniforms: {
      ...studio,
      hatch: { value: options.hatched === true ? 1 : 0 },
      ...(map === undefined
        ? {}
        : { map: { value: map.texture }, ink: { value: new Color(map.kind === "ink" ? map.ink : "#000") } }),
      ...(options.shade === undefined ? {} : { shade: { value: options.shade } }),
    },
    defines: {
      ...(options.plain === true ? { PLAIN: 1 } : {}),
      ...(options.shade === undefined ? {} : { SHADED: 1 }),
      MAPPED: map === undefined ? 0 : map.kind === "colour" ? 1 : 2,
    },
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
  });
}
