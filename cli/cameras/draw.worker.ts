/** A thread that draws recorded states of one scene after the other, and answers in order. */
import { parentPort } from "node:worker_threads";
import { messageOf, refuse } from "../../core/index.js";
import {
  createComputedRig,
  type OwnCameraRig,
  type ViewState,
  type WorldKind,
} from "../../sim/view/index.js";
import type { Drawn, DrawRequest, Restaged } from "../../teleop/index.js";

/** States to draw, of the scene that came last. */
export interface Task {
  /** with the first states of a scene */
  readonly scene?: Omit<Restaged, "states">;
  readonly request?: DrawRequest;
  readonly states: readonly ViewState[];
}

/** What the thread says: the pictures of every state, in order, or why there are none. */
export type Said = { readonly drawn: readonly Drawn[][] } | { readonly error: string };

const port = parentPort ?? refuse("draw worker", "must run as a worker thread");
let rig: OwnCameraRig | null = null;
let of: WorldKind | null = null;
let by: string | undefined;
let wanted: DrawRequest | undefined;

const draw = async ({ scene, request, states }: Task): Promise<Drawn[][]> => {
  if (scene !== undefined) {
    const { kind, arm, objects, appearance = null } = scene;
    if (rig === null || of !== kind || by !== arm?.name) {
      rig?.dispose();
      rig = createComputedRig({ kind, objects, ...(arm === undefined ? {} : { arm }) });
      of = kind;
      by = arm?.name;
    } else rig.setObjects(objects);
    rig.setAppearance(appearance);
    wanted = request;
  }
  const drawn: Drawn[][] = [];
  for (const state of states) {
    const pictures = await rig!.render(state, wanted);
    drawn.push(pictures.map(({ camera, rgba, depth, ids }) => ({ camera, rgba, depth, ids })));
  }
  return drawn;
};

let last: Promise<void> = Promise.resolve();
port.on("message", (task: Task) => {
  last = last.then(async () => {
    try {
      const drawn = await draw(task);
      const buffers = drawn
        .flat()
        .flatMap(({ rgba, depth, ids }) =>
          [rgba, depth, ids].flatMap((each) => (each === null ? [] : [each.buffer as ArrayBuffer])),
        );
      port.postMessage({ drawn } satisfies Said, buffers);
    } catch (error) {
      port.postMessage({ error: messageOf(error) } satisfies Said);
    }
  });
});
