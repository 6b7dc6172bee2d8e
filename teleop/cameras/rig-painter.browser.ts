/** Draws scenes in a browser, on a canvas that nobody sees, by the cameras of every other picture. */
import {
  type ArmFigure,
  type CameraPicture,
  createCameraRig,
  type createComputedRig,
  type OwnCameraRig,
  type WorldKind,
} from "../../sim/view/index.js";
import type { Painter } from "./render-set.js";

/** Frames being drawn at a time: reading pixels back takes longer than drawing the next. */
const IN_FLIGHT = 4;

/** A painter. @param make its cameras: default with graphics of their own */
export function rigPainter(make: typeof createComputedRig = createCameraRig): Painter {
  let rig: OwnCameraRig | null = null;
  let of: WorldKind | null = null;
  let by: ArmFigure | undefined;
  return {
    draw: async ({ kind, arm, objects, states, appearance = null }, request, take) => {
      if (rig === null || of !== kind || by?.name !== arm?.name) {
        rig?.dispose();
        rig = make({ kind, objects, ...(arm === undefined ? {} : { arm }) });
        [of, by] = [kind, arm];
      } else rig.setObjects(objects);
      rig.setAppearance(appearance);
      const { render } = rig;
      const pending: Promise<CameraPicture[]>[] = [];
      let frame = 0;
      const next = async (): Promise<void> => take(frame++, await pending.shift()!);
      for (const state of states) {
        pending.push(render(state, request));
        if (pending.length >= IN_FLIGHT) await next();
      }
      while (pending.length > 0) await next();
    },
  };
}
