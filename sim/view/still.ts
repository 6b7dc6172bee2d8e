/**
 * A finer picture of a world at rest, for graphics that can only draw a coarse one while it moves: as fine as the
 * screen, with smooth edges, drawn in tiles that each cost no more than a coarse frame, and shown when all are there.
 * Whatever moves in between ends it. Not for recorded pictures: those are always the same.
 */
import {
  type Camera,
  Mesh,
  OrthographicCamera,
  PlaneGeometry,
  Scene,
  ShaderMaterial,
  type Texture,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";

/** ms without a change after which a picture is drawn finely. */
const REST = 350;
/** pixels of a tile */
const TILE = 200_000;

/** What is drawn, and how large: drawn pixels. */
export interface StillScene {
  readonly scene: Scene;
  readonly camera: Camera;
  readonly width: number;
  readonly height: number;
}

/** Draws a still picture little by little. */
export interface Still {
  /** Something has changed at that time, ms. */
  moved(milliseconds: number): void;
  /** whether a finer picture is shown */
  readonly done: boolean;
  /** Draws one more tile when it is time; whether that was the last. */
  draw(renderer: WebGLRenderer, milliseconds: number, what: () => StillScene): boolean;
  /** Puts the finished picture on the canvas, which has its size by now. */
  show(renderer: WebGLRenderer): void;
  dispose(): void;
}

/** No still picture yet. */
export function createStill(): Still {
  const copy = copyOf();
  let target: WebGLRenderTarget | null = null;
  let since = 0;
  /** rows that are drawn; null while nothing is begun */
  let row: number | null = null;
  let done = false;
  return {
    moved: (milliseconds) => {
      since = milliseconds;
      row = null;
      done = false;
    },
    get done() {
      return done;
    },
    draw: (renderer, milliseconds, what) => {
      if (done || milliseconds - since < REST) return false;
      const { scene, camera, width, height } = what();
      if (target?.width !== width || target.height !== height) {
        target?.dispose();
        target = new WebGLRenderTarget(width, height, { samples: 4 });
        row = null;
      }
      row ??= 0;
      const rows = Math.min(height - row, Math.max(16, Math.round(TILE / width)));
      target.scissorTest = true;
      target.scissor.set(0, row, width, rows);
      renderer.setRenderTarget(target);
      renderer.setClearColor(0, 1);
      renderer.clear();
      renderer.render(scene, camera);
      renderer.setRenderTarget(null);
      row += rows;
      done = row >= height;
      return done;
    },
    show: (renderer) => {
      if (target !== null) copy.draw(renderer, target.texture);
    },
    dispose: () => {
      target?.dispose();
      copy.dispose();
    },
  };
}

/** One texture over the whole canvas, as it is. */
function copyOf() {
  const geometry = new PlaneGeometry(2, 2);
  const material = new ShaderMaterial({
    depthTest: false,
    depthWrite: false,
    uniforms: { picture: { value: null as Texture | null } },
    vertexShader: "varying vec2 at;void main(){at=uv;gl_Position=vec4(position.xy,0.0,1.0);}",
    fragmentShader:
      "uniform sampler2D picture;varying vec2 at;void main(){gl_FragColor=vec4(texture2D(picture,at).rgb,1.0);}",
  });
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  const scene = new Scene();
  scene.add(mesh);
  const camera = new OrthographicCamera(-1, 1, 1, -1, 0, 1);
  return {
    draw: (renderer: WebGLRenderer, texture: Texture) => {
      material.uniforms["picture"]!.value = texture;
      renderer.render(scene, camera);
    },
    dispose: () => {
      geometry.dispose();
      material.dispose();
    },
  };
}
