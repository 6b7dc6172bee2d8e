/** Pictures of served worlds, drawn by the command line's painter: one request for all worlds of the same shapes. */
import { type Appearance, refuse, type SceneObject } from "../../core/index.js";
import {
  type CameraMount,
  cameraMounts,
  figureNamed,
  type ViewState,
  worldKindOf,
} from "../../sim/view/index.js";
import { type OwnPainter, openPainter } from "../cameras/painter.js";

/** What is to be drawn: a scene for the shapes, a state for the poses. */
export interface Drawable {
  readonly scene: { readonly objects: readonly SceneObject[] };
  readonly view: ViewState;
  /** how pictures of its episode look where that was drawn; null: as always */
  readonly appearance: Appearance | null;
}

/** Who draws. Calls may overlap; they are drawn one after the other. */
export interface Pictures {
  /**
   * @param robot the name in its contract
   * @param side pixels of a side
   * @returns for each camera the colour of every drawable, [drawables, side, side, 3], sRGB
   */
  draw(
    robot: string,
    drawables: readonly Drawable[],
    cameras: readonly string[],
    side: number,
  ): Promise<Uint8Array[]>;
  close(): Promise<void>;
}

/** The cameras of the world that this robot stands in. */
export const camerasOf = (robot: string): readonly CameraMount[] => cameraMounts(worldKindOf(robot));

/** Opens a painter. */
export async function openPictures(): Promise<Pictures> {
  const painter = await openPainter();
  let last: Promise<unknown> = Promise.resolve();
  return {
    draw: (robot, drawables, cameras, side) => {
      const known = camerasOf(robot).map(({ name }) => name);
      const strange = cameras.find((camera) => !known.includes(camera));
      if (strange !== undefined) refuse("cameras", `must be among ${known.join(", ")}`, strange);
      const drawn = last.then(() => drawAll(painter, robot, drawables, cameras, side));
      last = drawn.catch(() => undefined);
      return drawn;
    },
    close: () => painter.close(),
  };
}

async function drawAll(
  painter: OwnPainter,
  robot: string,
  drawables: readonly Drawable[],
  cameras: readonly string[],
  side: number,
): Promise<Uint8Array[]> {
  const pixels = side * side;
  const all = cameras.map(() => new Uint8Array(drawables.length * pixels * 3));
  for (const indices of alike(drawables)) {
    const { scene: first, appearance } = drawables[indices[0]!]!;
    const arm = figureNamed(robot);
    const scene = { kind: worldKindOf(robot), arm, objects: first.objects, appearance };
    await painter.draw(
      { ...scene, states: indices.map((index) => drawables[index]!.view) },
      { which: cameras, size: { width: side, height: side }, channels: ["colour"] },
      async (frame, pictures) => {
        for (const [c, { rgba }] of pictures.entries()) {
          let at = indices[frame]! * pixels * 3;
          for (let i = 0; i < 4 * pixels; i += 4) for (let k = 0; k < 3; k++) all[c]![at++] = rgba![i + k]!;
        }
      },
    );
  }
  return all;
}

/** Indices of drawables, together where nothing but poses differs: neither shapes nor looks. */
function alike(drawables: readonly Drawable[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, { scene, appearance }] of drawables.entries()) {
    const shapes = scene.objects.map(({ pose, uncertainty, time, ...shape }) => shape);
    const key = JSON.stringify([shapes, appearance]);
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  return [...groups.values()];
}
