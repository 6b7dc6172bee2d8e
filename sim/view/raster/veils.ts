/** Contact shadows, computed: `../contact.ts` as it is drawn over what stands in a picture, a sample at a time. Metres. */
import type { InstancedBufferAttribute, InstancedBufferGeometry, Mesh, ShaderMaterial } from "three";
import { drawTriangle, type Lens, type Samples } from "./samples.js";

/** Draws contact shadows. */
export interface Veils {
  /** Over what the samples show; arguments as in `lensAt` */
  draw(
    samples: Samples,
    lens: Lens,
    eye: readonly [number, number, number],
    axes: readonly (readonly [number, number, number])[],
    focal: number,
  ): void;
}

/** Draws what this mesh holds. */
export function createVeils(mesh: Mesh): Veils {
  const geometry = mesh.geometry as InstancedBufferGeometry;
  const { strength } = (mesh.material as ShaderMaterial).uniforms;
  const [place, shape, force] = ["place", "shape", "force"].map(
    (name) => geometry.getAttribute(name) as InstancedBufferAttribute,
  ) as [InstancedBufferAttribute, InstancedBufferAttribute, InstancedBufferAttribute];
  // A quad cut at the near plane has at most five corners.
  const x = new Float64Array(8);
  const y = new Float64Array(8);
  const near = new Float64Array(8);
  return {
    draw: (samples, lens, eye, [right, down, ahead], focal) => {
      const { width, height } = samples;
      for (let i = 0; i < geometry.instanceCount; i++) {
        const [px, py, pz, yaw] = [place.getX(i), place.getY(i), place.getZ(i), place.getW(i)];
        const [hx, hy, corner, spread] = [shape.getX(i), shape.getY(i), shape.getZ(i), shape.getW(i)];
        const weight = force.getX(i) * strength!.value;
        if (weight === 0) continue;
        const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
        const [rx, ry] = [hx + 2.2 * spread, hy + 2.2 * spread];
        const quad = [
          [-rx, -ry],
          [rx, -ry],
          [rx, ry],
          [-rx, ry],
        ].map(([ax, ay]) => [px + c * ax! - s * ay!, py + s * ax! + c * ay!] as const);
        const depthOf = ([wx, wy]: readonly [number, number]): number =>
          lens.depth[0] * wx + lens.depth[1] * wy + lens.depth[2] * pz + lens.depth[3];
        const kept: (readonly [number, number])[] = [];
        quad.forEach((a, k) => {
          const b = quad[(k + 1) % 4]!;
          const [da, db] = [depthOf(a) - lens.from, depthOf(b) - lens.from];
          if (da >= 0) kept.push(a);
          if (da >= 0 !== db >= 0) {
            const u = da / (da - db);
            kept.push([a[0] + u * (b[0] - a[0]), a[1] + u * (b[1] - a[1])]);
          }
        });
        kept.forEach(([wx, wy], k) => {
          const depth = Math.max(lens.from, depthOf([wx, wy]));
          const of = (row: Lens["x"]): number => row[0] * wx + row[1] * wy + row[2] * pz + row[3];
          near[k] = 1 / depth;
          x[k] = Math.floor(of(lens.x) / depth + 0.5);
          y[k] = Math.floor(of(lens.y) / depth + 0.5);
        });
        const step = 1 / focal;
        const reach = pz - eye[2];
        const cornerX = hx - corner;
        const cornerY = hy - corner;
        const left = (column: number, row: number): number => {
          const u = (column + 0.5 - width / 2) * step;
          const v = (height / 2 - row - 0.5) * step;
          const way = reach / (u * right![2] + v * down![2] + ahead![2]);
          const wx = eye[0] - px + way * (u * right![0] + v * down![0] + ahead![0]);
          const wy = eye[1] - py + way * (u * right![1] + v * down![1] + ahead![1]);
          const qx = Math.abs(c * wx + s * wy) - cornerX;
          const qy = Math.abs(c * wy - s * wx) - cornerY;
          const ox = Math.max(qx, 0);
          const oy = Math.max(qy, 0);
          const d = Math.sqrt(ox * ox + oy * oy) + Math.min(Math.max(qx, qy), 0) - corner;
          const t = Math.min(1, Math.max(0, (d / spread - 2.2) / -2.8));
          const far = t * t * (3 - 2 * t);
          return 1 - weight * far * far;
        };
        for (let k = 2; k < kept.length; k++) drawTriangle(samples, x, y, near, 0, k - 1, k, -1, 0, 4, left);
      }
    },
  };
}
