/** The page that tests of the view run in: a view, a rig, and states of real layouts, as functions on `window`. */
import {
  type Appearance,
  armRobotByName,
  chainTo,
  createFrames,
  createIk,
  createRandom,
  forwardKinematics,
  fromAxisAngle,
  fromRollPitchYaw,
  PANDA,
  PANDA_READY,
  PANDA_TOOL,
  type Pose,
  poseAt,
  type SceneObject,
  TWO_PANDAS,
  toolDown,
  type Vec3,
} from "../../core/index.js";
import { courseObjects, drawCourse, drawLayout, drawRoom, roomObjects, TABLETOP } from "../../sim/index.js";
import {
  type ArmFigure,
  type CameraRequest,
  createCameraRig,
  createComputedRig,
  createWorldView,
  figureNamed,
  figureOf,
  type OwnCameraRig,
  type Theme,
  type ViewState,
  type WorldKind,
  type WorldView,
} from "../../sim/view/index.js";
import { pictureGaps } from "./gaps.js";

/** The objects of a layout at the table. */
export function tableObjects(seed: number): SceneObject[] {
  const layout = drawLayout(seed);
  const uncertainty = { position: 0, rotation: 0 };
  const side = TABLETOP.cube.size;
  return [
    ...layout.cubes.map(
      ({ id, colour, x, y, yaw }): SceneObject => ({
        id,
        class: "cube",
        colour,
        size: [side, side, side],
        pose: { position: [x, y, side / 2], orientation: fromAxisAngle([0, 0, 1], yaw) },
        uncertainty,
        time: 0,
      }),
    ),
    ...layout.bins.map(
      ({ id, x, y }): SceneObject => ({
        id,
        class: "bin",
        colour: null,
        size: [TABLETOP.bin.inner, TABLETOP.bin.inner, TABLETOP.bin.height],
        pose: { position: [x, y, 0], orientation: [0, 0, 0, 1] },
        uncertainty,
        time: 0,
      }),
    ),
  ];
}

/** A state with the tool above the table at this place. */
export function tableState(seed: number, tool: Vec3, yaw = 0, gripperWidth = 0.08, held?: string): ViewState {
  const chain = chainTo(PANDA, PANDA_TOOL);
  const { q } = createIk(chain).solve({ position: tool, orientation: toolDown(yaw) }, PANDA_READY, {
    iterations: 200,
  });
  const objects: Record<string, Pose> = {};
  for (const { id, pose } of tableObjects(seed)) objects[id] = pose;
  if (held !== undefined) objects[held] = { position: tool, orientation: fromAxisAngle([0, 0, 1], yaw) };
  return { time: seed, joints: q, gripperWidth, objects };
}

/** An arm's own lift layout with the arm at home. @param bare as if nothing were known of it but its tree */
export function armWorld(
  name: string,
  seed: number,
  bare: boolean,
): { arm: ArmFigure; objects: SceneObject[]; state: ViewState } {
  const robot = armRobotByName(name);
  const { look: _, ...unknown } = figureOf(robot);
  const arm = bare ? unknown : figureOf(robot);
  const side = TABLETOP.cube.size;
  const objects = drawLayout(seed, robot.zone, robot.workspace.yawCentre).cubes.map(
    ({ id, colour, x, y, yaw }): SceneObject => ({
      id,
      class: "cube",
      colour,
      size: [side, side, side],
      pose: { position: [x, y, side / 2], orientation: fromAxisAngle([0, 0, 1], yaw) },
      uncertainty: { position: 0, rotation: 0 },
      time: 0,
    }),
  );
  const state = {
    time: 0,
    joints: Array.from(robot.home),
    gripperWidth: robot.gripper.open,
    objects: Object.fromEntries(objects.map(({ id, pose }) => [id, pose])),
  };
  return { arm, objects, state };
}

/** Where each joint of an arm at home is, and its tool, in the base's frame. */
export function armPoints(name: string): { joints: Vec3[]; tool: Pose } {
  const { model, tool, home } = armRobotByName(name);
  const chain = chainTo(model, tool);
  const frames = createFrames(chain);
  forwardKinematics(chain, home, frames);
  return {
    joints: chain.joints.map((_, i) => poseAt(frames, i).position),
    tool: poseAt(frames, chain.n),
  };
}

/** Two arms whose tools are at these places over the table, with a block under each. */
export function twoArmWorld(tools: readonly [Vec3, Vec3]): { objects: SceneObject[]; state: ViewState } {
  const joints = TWO_PANDAS.arms.flatMap(({ robot }, i) => [
    ...createIk(chainTo(robot.model, robot.tool)).solve(
      { position: tools[i]!, orientation: toolDown(robot.workspace.yawCentre ?? 0) },
      robot.home,
      { iterations: 200 },
    ).q,
  ]);
  const objects = TWO_PANDAS.arms.map(
    ({ name }, i): SceneObject => ({
      id: `${name}_block`,
      class: "cube",
      colour: i === 0 ? "green" : "blue",
      size: [0.03, 0.03, 0.03],
      pose: { position: tools[i]!, orientation: [0, 0, 0, 1] },
      uncertainty: { position: 0, rotation: 0 },
      time: 0,
    }),
  );
  return {
    objects,
    state: {
      time: 0,
      joints,
      gripperWidth: 0.03,
      otherGrippers: [0.05],
      objects: Object.fromEntries(objects.map(({ id, pose }) => [id, pose])),
    },
  };
}

/** The room of a seed and its start. */
export function roomWorld(seed: number): { objects: SceneObject[]; state: ViewState } {
  const { room, start } = drawRoom(createRandom(seed));
  const objects = roomObjects(room, 0);
  const base: Pose = {
    position: [start.x, start.y, 0],
    orientation: fromAxisAngle([0, 0, 1], start.yaw),
  };
  return {
    objects,
    state: {
      time: 0,
      joints: [],
      gripperWidth: 0,
      objects: Object.fromEntries(objects.map(({ id, pose }) => [id, pose])),
      base,
    },
  };
}

/** The course of a seed with its base half up the ramp. */
export function courseWorld(seed: number): { objects: SceneObject[]; state: ViewState } {
  const { course } = drawCourse(createRandom(seed));
  const objects = courseObjects(course, 0);
  const { foot, crest } = course.ramp;
  const slope = Math.atan2(course.height, crest - foot);
  const along = (foot + crest) / 2;
  const { yaw } = course.at;
  const base: Pose = {
    position: [along * Math.cos(yaw), along * Math.sin(yaw), course.height / 2],
    orientation: fromRollPitchYaw(0, -slope, yaw),
  };
  return {
    objects,
    state: {
      time: 0,
      joints: [],
      gripperWidth: 0,
      objects: Object.fromEntries(objects.map(({ id, pose }) => [id, pose])),
      base,
    },
  };
}

/** What stands in a world of this kind. */
const objectsOf = (kind: WorldKind, seed: number): SceneObject[] =>
  kind === "tabletop"
    ? tableObjects(seed)
    : kind === "room"
      ? roomWorld(seed).objects
      : courseWorld(seed).objects;

let view: WorldView;
let rig: OwnCameraRig;
let computed: OwnCameraRig;
let canvas: HTMLCanvasElement;
const contexts: string[] = [];

/** A clock that goes on by as much with every frame, however long that took. */
function paced(pace: number): (callback: (milliseconds: number) => void) => void {
  let now = 0;
  return (callback) =>
    requestAnimationFrame(() => {
      now += pace;
      callback(now);
    });
}

const house = {
  /** A view of a layout as large as the window. */
  open(
    kind: WorldKind,
    theme: Theme,
    seed: number,
    free: [number, number, number, number] | null = null,
    quality: "high" | "low" = "high",
    /** ms of its clock from frame to frame, with motion that is not spared; null: the page's clock, and it is */
    pace: number | null = null,
  ) {
    canvas = document.createElement("canvas");
    canvas.style.cssText = "position:fixed;inset:0;width:100%;height:100%;display:block";
    document.body.append(canvas);
    view = createWorldView({
      canvas,
      kind,
      theme,
      objects: objectsOf(kind, seed),
      quality,
      reducedMotion: pace === null,
      ...(pace === null ? {} : { requestFrame: paced(pace) }),
      onContext: (context) => contexts.push(context),
    });
    const area = free === null ? undefined : { x: free[0], y: free[1], width: free[2], height: free[3] };
    view.resize(innerWidth, innerHeight, devicePixelRatio, area);
  },
  /** A view and a rig of an arm at its table. */
  openArm(name: string, theme: Theme, seed: number, bare: boolean) {
    const { arm, objects, state } = armWorld(name, seed, bare);
    canvas = document.createElement("canvas");
    canvas.style.cssText = "position:fixed;inset:0;width:100%;height:100%;display:block";
    document.body.append(canvas);
    const common = { kind: "tabletop", objects, arm } as const;
    view = createWorldView({ ...common, canvas, theme, quality: "high", reducedMotion: true });
    view.resize(innerWidth, innerHeight, devicePixelRatio);
    view.update(state);
    rig = createCameraRig(common);
    computed = createComputedRig(common);
    return state;
  },
  /** A view and a rig of two arms, as large as the window. */
  openTwoArms(theme: Theme, tools: readonly [Vec3, Vec3]) {
    const { objects, state } = twoArmWorld(tools);
    canvas = document.createElement("canvas");
    canvas.style.cssText = "position:fixed;inset:0;width:100%;height:100%;display:block";
    document.body.append(canvas);
    view = createWorldView({ kind: "two-arm", objects, canvas, theme, quality: "high", reducedMotion: true });
    view.resize(innerWidth, innerHeight, devicePixelRatio);
    view.update(state);
    rig = createCameraRig({ kind: "two-arm", objects });
    return state;
  },
  rig(kind: WorldKind, seed: number) {
    rig = createCameraRig({ kind, objects: objectsOf(kind, seed) });
    computed = createComputedRig({ kind, objects: objectsOf(kind, seed) });
  },
  /** How the rig's pictures look from now on, or those of another layout. */
  appear(appearance: Appearance | null, seed: number | null = null) {
    for (const each of [rig, computed]) {
      if (seed !== null) each.setObjects(tableObjects(seed));
      each.setAppearance(appearance);
    }
  },
  view: () => view,
  contexts: () => contexts,
  canvas: () => canvas,
  tableState,
  armPoints,
  roomWorld,
  courseWorld,
  /** Waits until everything asked for is drawn. */
  async settled() {
    let frames = -1;
    while (frames <= 0 || frames !== view.statistics().frames) {
      frames = view.statistics().frames;
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
    }
    return view.statistics();
  },
  async pictures(from: "view" | "rig" | "computed", state: ViewState, request?: CameraRequest) {
    const cameras = { view: view?.cameras, rig, computed }[from];
    const pictures = await cameras.render(state, request);
    return pictures.map((picture) => ({
      ...picture,
      rgba: picture.rgba && Array.from(picture.rgba),
      depth: picture.depth && Array.from(picture.depth),
      ids: picture.ids && Array.from(picture.ids),
    }));
  },
  /** Rigs of a robot's world, with graphics and without; the computed one begins empty. */
  rigsOf(kind: WorldKind, robot: string, objects: readonly SceneObject[]) {
    const arm = figureNamed(robot);
    rig = createCameraRig({ kind, objects, arm });
    computed = createComputedRig({ kind, objects: [], arm });
  },
  /** What else stands in the world of both rigs. */
  setObjects(objects: readonly SceneObject[]) {
    for (const each of [rig, computed]) each.setObjects(objects);
  },
  /** How a state's pictures with graphics and without differ, camera by camera. */
  async gaps(state: ViewState, size: { width: number; height: number }) {
    const request: CameraRequest = { size, channels: ["colour", "depth", "ids"] };
    const drawn = await rig.render(state, request);
    return (await computed.render(state, request)).map((picture, i) => pictureGaps(drawn[i]!, picture));
  },
  labels: (from: "view" | "rig") => (from === "view" ? view.cameras : rig).labels,
};

/** What the page offers to tests. */
export type House = typeof house;
(window as unknown as { house: House }).house = house;
