/**
 * An orange edge around a solid, of a width in the picture: its own shape once more, blown up along its normals, of
 * which only the inner side is drawn, so that the solid covers all but the edge. Layer of the page.
 */
import { BackSide, type BufferGeometry, Mesh, ShaderMaterial } from "three";

/** Outlines of one look; each is a child of the mesh that it goes around and hidden at first. */
export interface Outlines {
  around(mesh: Mesh<BufferGeometry, ShaderMaterial>, layer: number): Mesh;
  dispose(): void;
}

/** No outline yet. */
export function createOutlines(): Outlines {
  const material = new ShaderMaterial({
    side: BackSide,
    vertexShader: /* glsl */ `
void main() {
  vec4 at = modelViewMatrix * vec4(position, 1.0);
  at.xyz += normalize(normalMatrix * normal) * 0.0021 * -at.z;
  gl_Position = projectionMatrix * at;
}`,
    fragmentShader: "void main(){gl_FragColor=vec4(1.0,0.522,0.322,1.0);}",
  });
  return {
    around: (mesh, layer) => {
      const outline = new Mesh(mesh.geometry, material);
      outline.matrixAutoUpdate = false;
      outline.layers.set(layer);
      outline.visible = false;
      mesh.add(outline);
      return outline;
    },
    dispose: () => material.dispose(),
  };
}
