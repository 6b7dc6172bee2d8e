/** Arrows of forces: each ends where the force acts, 5 mm long for a newton up to 60 mm. Layer of the page. */
import {
  BufferAttribute,
  type BufferGeometry,
  Color,
  ConeGeometry,
  CylinderGeometry,
  Group,
  LinearSRGBColorSpace,
  Mesh,
  Quaternion,
  ShaderMaterial,
  Vector3,
} from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";
import type { PageLook } from "./looks.js";
import type { ForceCue } from "./types.js";
import { LAYER } from "./world.js";

const MOST = 4;
const HEAD = 0.016;

/** Arrows, strongest first, four at most. */
export interface Forces {
  readonly group: Group;
  set(forces: readonly ForceCue[], look: PageLook): void;
  dispose(): void;
}

/** No arrows yet. */
export function createForces(): Forces {
  const head = new ConeGeometry(0.0065, HEAD, 20).translate(0, -HEAD / 2, 0);
  const shaft = new CylinderGeometry(0.0021, 0.0021, 1, 12).translate(0, -0.5, 0);
  for (const [part, isShaft] of [
    [head, 0],
    [shaft, 1],
  ] as const) {
    part.deleteAttribute("uv");
    part.setAttribute(
      "shaft",
      new BufferAttribute(new Float32Array(part.getAttribute("position").count).fill(isShaft), 1),
    );
  }
  const geometry: BufferGeometry = mergeGeometries([head, shaft]);
  const group = new Group();
  const arrows = Array.from({ length: MOST }, () => {
    const material = new ShaderMaterial({
      transparent: true,
      depthTest: false,
      depthWrite: false,
      uniforms: { size: { value: 0.03 }, colour: { value: new Vector3() } },
      vertexShader: `attribute float shaft;uniform float size;void main(){vec3 p=position;if(shaft>0.5)p.y=p.y*(size-${HEAD})-${HEAD};gl_Position=projectionMatrix*modelViewMatrix*vec4(p,1.0);}`,
      fragmentShader: "uniform vec3 colour;void main(){gl_FragColor=vec4(colour,1.0);}",
    });
    const mesh = new Mesh(geometry, material);
    mesh.visible = false;
    mesh.frustumCulled = false;
    mesh.renderOrder = 10;
    mesh.layers.set(LAYER.page);
    group.add(mesh);
    return { mesh, material };
  });
  return {
    group,
    set: (forces, look) => {
      const strongest = [...forces].sort((a, b) => b.newtons - a.newtons);
      arrows.forEach(({ mesh, material }, i) => {
        const force = strongest[i];
        mesh.visible = force !== undefined;
        if (force === undefined) return;
        const colour = force.hit === true ? look.danger : look.warn;
        const { r, g, b } = new Color().setStyle(colour, LinearSRGBColorSpace);
        mesh.position.set(...(force.point as [number, number, number]));
        mesh.quaternion.copy(
          new Quaternion().setFromUnitVectors(
            new Vector3(0, 1, 0),
            new Vector3(...force.direction).normalize(),
          ),
        );
        material.uniforms["size"]!.value = HEAD + Math.min(0.06, 0.005 * force.newtons);
        (material.uniforms["colour"]!.value as Vector3).set(r, g, b);
      });
    },
    dispose: () => {
      geometry.dispose();
      for (const { material } of arrows) material.dispose();
    },
  };
}
