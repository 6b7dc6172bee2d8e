/** Recorded pictures drawn over the page's picture, where its cards have holes. CSS pixels from the upper left. */
import {
  Mesh,
  OrthographicCamera,
  PlaneGeometry,
  Scene,
  ShaderMaterial,
  type Texture,
  Vector2,
  type WebGLRenderer,
} from "three";
import type { Inset } from "./types.js";

/** The insets of a page. */
export interface Insets {
  set(insets: readonly Inset[]): void;
  list(): readonly Inset[];
  resize(width: number, height: number): void;
  draw(renderer: WebGLRenderer, texture: (camera: string) => Texture | null): void;
  dispose(): void;
}

/** No insets yet. */
export function createInsets(): Insets {
  const scene = new Scene();
  const camera = new OrthographicCamera(0, 1, 0, 1, -1, 1);
  const geometry = new PlaneGeometry(1, 1);
  let insets: readonly Inset[] = [];
  let meshes: Mesh<PlaneGeometry, ShaderMaterial>[] = [];
  const clear = () => {
    for (const mesh of meshes) {
      scene.remove(mesh);
      mesh.material.dispose();
    }
    meshes = [];
  };
  return {
    set: (next) => {
      clear();
      insets = next;
      meshes = next.map(({ area, pixelated }) => {
        const material = new ShaderMaterial({
          depthTest: false,
          depthWrite: false,
          uniforms: {
            picture: { value: null },
            size: { value: new Vector2(1, 1) },
            pixelated: { value: pixelated === true ? 1 : 0 },
            // The picture covers its hole; what is too much of it is cut off evenly.
            share: {
              value: new Vector2(
                Math.min(1, area.width / area.height),
                Math.min(1, area.height / area.width),
              ),
            },
          },
          vertexShader:
            "varying vec2 at;void main(){at=position.xy;gl_Position=projectionMatrix*modelViewMatrix*vec4(position,1.0);}",
          fragmentShader: /* glsl */ `
uniform sampler2D picture;
uniform vec2 size;
uniform vec2 share;
uniform float pixelated;
varying vec2 at;
void main() {
  vec2 uv = vec2(0.5) + vec2(at.x, -at.y) * share;
  if (pixelated > 0.5) uv = (floor(uv * size) + 0.5) / size;
  gl_FragColor = vec4(texture2D(picture, uv).rgb, 1.0);
}`,
        });
        // y runs down in CSS, so that the plane shows its back.
        material.side = 2;
        const mesh = new Mesh(geometry, material);
        mesh.position.set(area.x + area.width / 2, area.y + area.height / 2, 0);
        mesh.scale.set(area.width, area.height, 1);
        mesh.frustumCulled = false;
        scene.add(mesh);
        return mesh;
      });
    },
    list: () => insets,
    resize: (width, height) => {
      camera.right = width;
      camera.bottom = height;
      camera.updateProjectionMatrix();
    },
    draw: (renderer, texture) => {
      if (meshes.length === 0) return;
      meshes.forEach((mesh, i) => {
        const picture = texture(insets[i]!.camera);
        mesh.visible = picture !== null;
        mesh.material.uniforms["picture"]!.value = picture;
        const image = picture?.image as { width: number; height: number } | undefined;
        if (image !== undefined)
          (mesh.material.uniforms["size"]!.value as Vector2).set(image.width, image.height);
      });
      renderer.render(scene, camera);
    },
    dispose: () => {
      clear();
      geometry.dispose();
    },
  };
}
