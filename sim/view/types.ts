/**
 * What a view of a world offers to a page: the picture of a state, overlays for who drives, the recorded cameras.
 * Points are in the world's frame in metres; x, y on the screen are CSS pixels from the canvas's upper left corner.
 * Types only; `createWorldView` and `createCameraRig` make them.
 */
import type { Appearance, Pose, SceneObject, Vec3 } from "../../core/index.js";
import type { ArmFigure } from "./figure.js";
import type { ViewState } from "./state.js";

/**
 * What kind of world is drawn: an arm at a table, two arms that face each other across one, a mobile base in a room, a
 * skid-steer base on a course in a room, a mobile manipulator in a room.
 */
export type WorldKind = "tabletop" | "two-arm" | "room" | "course" | "mobile";
/** The page's theme; recorded pictures do not know it. */
export type Theme = "dark" | "light";
/** Who commands the robot: the operator, a policy, a plan, or nobody. */
export type Driver = "you" | "policy" | "plan" | null;
/** A picture of a world goes to this canvas: on a page, or in a worker. */
export type ViewCanvas = HTMLCanvasElement | OffscreenCanvas;

/** A rectangle on the canvas, CSS pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the commanded gripper is to be. */
export interface GhostCommand {
  /** world ← tool */
  readonly tool: Pose;
  /** m between the pads */
  readonly gripperWidth: number;
}

/** A force at a point, drawn as an arrow that ends there. */
export interface ForceCue {
  readonly point: Vec3;
  /** unit vector that it pushes in */
  readonly direction: Vec3;
  readonly newtons: number;
  /** a hit, not a touch: drawn in orange instead of amber */
  readonly hit?: boolean;
}

/** Where the hand cannot go on; in the arm's base frame. */
export interface ReachCue {
  /** world ← that frame of an arm that something carries; default at its table */
  readonly foot?: Pose;
  /** where the tool is stopped, and how it is turned, rad */
  readonly tool: Vec3;
  readonly yaw: number;
  /** the arm itself ends here */
  readonly arm: boolean;
  /** faces of the workspace that hold it back: axis and side */
  readonly faces: readonly (readonly [axis: 0 | 1 | 2, side: -1 | 1])[];
}

/** What is to be reached, ringed on the surface under it. */
export interface RingCue {
  /** on the surface */
  readonly at: Vec3;
  /** m */
  readonly radius: number;
  /** closed and green instead of dashed in the person's colour */
  readonly reached: boolean;
}

/** What the picture says beside the poses; everything off by default. */
export interface Cues {
  /** joints by their index in the chain whose rings turn amber */
  readonly nearLimit?: readonly number[];
  /** those of them whose rings pulse once when they come in here */
  readonly atLimit?: readonly number[];
  readonly forces?: readonly ForceCue[];
  /** a dashed line from this point straight down to the surface; null: none */
  readonly plumb?: Vec3 | null;
  /** ids of what collided, or parts of the robot by their links (`gripper`: the fingers), hatched and edged in orange */
  readonly collided?: readonly string[];
  /** the stop button's cap lights */
  readonly stopped?: boolean;
  /** where the hand cannot go on, with the outline on the table of where it may be sent; null: nothing stops it */
  readonly reach?: ReachCue | null;
  readonly ring?: RingCue | null;
}

/** A part of the gizmo that can be dragged. */
export type GizmoHandle = `move-${"x" | "y" | "z" | "xy" | "yz" | "zx" | "view"}` | `turn-${"x" | "y" | "z"}`;

/** What lies under a point of the screen. */
export interface Pick {
  /** id of the object, or `robot`, `table`, `floor` */
  readonly id: string;
  readonly point: Vec3;
}

/** A point of the world on the screen. */
export interface Projection {
  readonly x: number;
  readonly y: number;
  /** m along the view's axis; not in front of the camera when below 0 */
  readonly depth: number;
}

/** The view's own camera. It turns around a target; every change glides unless motion is reduced. */
export interface ViewCamera {
  /** names of the presets of this kind of world */
  readonly presets: readonly string[];
  /** @throws InputError for a name that is not one of the presets */
  preset(name: string): void;
  /** Moves the camera around the target: rad counter-clockwise as seen from above, and up. */
  orbit(around: number, up: number): void;
  /** Moves the picture with the pointer by CSS pixels. */
  pan(dx: number, dy: number): void;
  /** @param factor above 1 comes nearer; @param at point of the screen that keeps its place, default the centre */
  zoom(factor: number, at?: { readonly x: number; readonly y: number }): void;
  /** world ← camera looking along its -z, y up, where it is now */
  pose(): Pose;
}

/** A recorded picture drawn into the view at this place, as it is recorded. */
export interface Inset {
  readonly camera: string;
  readonly area: Area;
  /** show single pixels instead of a smooth picture */
  readonly pixelated?: boolean;
}

/** What the last frame cost. */
export interface FrameStatistics {
  /** frames drawn so far */
  readonly frames: number;
  /** of the last frame with all its passes */
  readonly calls: number;
  readonly triangles: number;
  /** ms of script in the last frame */
  readonly script: number;
  /** nothing moves, and the picture is as fine as the screen */
  readonly fine: boolean;
}

/** How to make a view. */
export interface WorldViewOptions {
  readonly canvas: ViewCanvas;
  readonly kind: WorldKind;
  readonly theme: Theme;
  /** the arm at its table; default the Panda */
  readonly arm?: ArmFigure;
  /** the shapes of everything around the robot, and where it is until a state says more */
  readonly objects: readonly SceneObject[];
  /**
   * `low` draws fewer pixels and triangles without smooth edges; `auto` (default) does so where graphics are computed by the
   * processor. Both draw fewer still when frames take longer than 20 ms; `high` never does. Recorded pictures are
   * the same in all.
   */
  readonly quality?: "auto" | "high" | "low";
  /** the camera cuts instead of gliding; default false */
  readonly reducedMotion?: boolean;
  /** after every frame: place what stands over the picture by `project` */
  readonly onFrame?: () => void;
  /** graphics were lost (nothing is drawn until they are back), or are back */
  readonly onContext?: (context: "lost" | "restored") => void;
  /** the page's frame clock; default `requestAnimationFrame` */
  readonly requestFrame?: (callback: (milliseconds: number) => void) => unknown;
}

/** A picture of a world that follows its states. Draws only when something changed. */
export interface WorldView {
  /** Shows this state at once. */
  update(state: ViewState): void;
  /** Shows a live state: glides from the last one to it, in the time that lies between them. */
  stream(state: ViewState): void;
  /** Replaces what stands around the robot: a new layout. */
  setObjects(objects: readonly SceneObject[]): void;
  setTheme(theme: Theme): void;
  /** The colour of rings, ghost and trail. */
  setDriver(driver: Driver): void;
  /** The commanded gripper, shown as far as the measured one lags behind it; null hides it. */
  setGhost(command: GhostCommand | null): void;
  /** Where the tool has been, oldest first; and where it will go, dashed. */
  setTrail(points: readonly Vec3[]): void;
  setPlan(points: readonly Vec3[]): void;
  setCues(cues: Cues): void;
  /** Handles to drag at this pose; null hides them. */
  setGizmo(worldFromGizmo: Pose | null): void;
  /** The handle under a point of the screen, which also becomes the highlighted one; null: none. */
  pickGizmo(x: number, y: number): GizmoHandle | null;
  setInsets(insets: readonly Inset[]): void;
  readonly camera: ViewCamera;
  /** What is seen at a point of the screen. */
  pick(x: number, y: number): Pick | null;
  project(point: Vec3): Projection;
  /** The line of sight through a point of the screen. */
  ray(x: number, y: number): { readonly origin: Vec3; readonly direction: Vec3 };
  /** Asks for one more frame. */
  invalidate(): void;
  /** @param free the part of the canvas that no card covers: the subject stands in its middle; default all */
  resize(width: number, height: number, pixelRatio: number, free?: Area): void;
  /** the recorded cameras, over the same graphics context */
  readonly cameras: CameraRig;
  statistics(): FrameStatistics;
  dispose(): void;
}

/** How a pinhole camera maps points: `u = fx X / Z + cx`; pixel centres at whole numbers, no distortion. */
export interface Intrinsics {
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
}

/** What is recorded of a camera. */
export type CameraChannel = "colour" | "depth" | "ids";

/** A recorded picture; rows from the top. */
export interface CameraPicture {
  readonly camera: string;
  /** seconds, of the state it was drawn from */
  readonly time: number;
  readonly intrinsics: Intrinsics;
  /** world ← optical frame (x right, y down, z into the picture) */
  readonly worldFromCamera: Pose;
  /** [height, width, 4], sRGB, alpha 255; null when not asked for */
  readonly rgba: Uint8ClampedArray<ArrayBuffer> | null;
  /** [height, width], m along the optical axis, Infinity where nothing is nearer than `CAMERA_RANGE`; or null */
  readonly depth: Float32Array<ArrayBuffer> | null;
  /** [height, width], an index into `labels` of the rig; or null */
  readonly ids: Uint8Array<ArrayBuffer> | null;
}

/** What to draw. */
export interface CameraRequest {
  /** names of cameras; default all */
  readonly which?: readonly string[];
  /** pixels; default 224 × 224 */
  readonly size?: { readonly width: number; readonly height: number };
  /** default colour alone */
  readonly channels?: readonly CameraChannel[];
}

/** The recorded cameras of a world: the same picture for the same state, whoever drives and whatever the theme. */
export interface CameraRig {
  /** front and wrist at a table (the wrist of each of two arms), front and map in a room, all three of a mobile manipulator */
  readonly names: readonly string[];
  /** what the numbers of an ids picture stand for: index 0 is `background`, then `robot`, `table`, and objects by id */
  readonly labels: readonly string[];
  /** Draws this state, live or from a recording; rejects while graphics are lost. */
  render(state: ViewState, request?: CameraRequest): Promise<CameraPicture[]>;
  setObjects(objects: readonly SceneObject[]): void;
  dispose(): void;
}

/** Recorded cameras with graphics of their own. */
export interface OwnCameraRig extends CameraRig {
  /** Light, colours and cameras as they were drawn for an episode, for all pictures from now on; null: as always. */
  setAppearance(appearance: Appearance | null): void;
}
