/**
 * What the canvas shows: brought to where the world is once a frame, drawn only when something has changed. Radians,
 * metres; milliseconds of the page's clock. Not here: how a world is drawn (`sim/view`).
 */
import { effect } from "@preact/signals";
import {
  chainTo,
  compose,
  createFrames,
  forwardKinematics,
  poseAt,
  rotate,
  type SceneObject,
  type ToolReach,
  toolDown,
  toolReach,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import {
  type Area,
  type ArmFigure,
  createWorldView,
  figureNamed,
  type Inset,
  type WorldView,
} from "../../sim/view/index.js";
import { sharedNow } from "./link.js";
import { footOf, type LiveState } from "./live.js";
import { type Pin, pinsOf, placePins } from "./pins.js";
import { listenToPointer } from "./pointer.js";
import { route } from "./route.js";
import { cueKey, leaning, type SceneFacts, sceneCues } from "./scene-cues.js";
import { reducedMotion, theme, words } from "./settings.js";
import { type Studio, sameState } from "./studio.js";
import { worldOfTask } from "./tasks.js";
import { end, forget, markDrivable, pending } from "./vitals.js";

/** Seconds of trail, and between its points. */
const TRAIL = { seconds: 3, every: 0.05 } as const;
/** ms for which nothing has moved in the picture of a robot at rest. */
const REST = 150;
/** px at the top of the free area that badges stand on. */
const HUD = 40;

/** Where pins are put: what they say, and the elements that say it. */
export interface Shown {
  readonly pins: { value: readonly Pin[] };
  readonly elements: Map<string, HTMLElement>;
  /** puts the elements where their points are: with every frame, and when they have come between two */
  readonly place: { current: () => void };
}

/** Keeps a picture of what the screen is about on the canvas, until the returned function is called. */
export function runPicture(
  studio: Studio,
  host: HTMLElement,
  canvas: HTMLCanvasElement,
  shown: Shown,
): () => void {
  const arm = figureNamed(studio.robot.peek());
  const pointOf = jointPointOf(arm);
  const ends = toolReach(arm);
  let view: WorldView | null = null;
  let last: LiveState | null = null;
  let pinState: LiveState | null = null;
  let placed: readonly Pin[] = [];
  let area: Area = { x: 0, y: 0, width: 1, height: 1 };
  let insets = "";
  let trail: { at: number; point: Vec3 }[] = [];
  let pinned = 0;
  let drove = false;
  let shownCues = "";
  let frame = 0;
  let objects: readonly SceneObject[] | null = null;
  /** the view's own part of the next frame: drawn in the same one in which a state has come, not in the one after */
  let wanted: ((milliseconds: number) => void) | null = null;
  /** when the picture last moved, and how it stood when a key asked for motion */
  let moved = 0;
  /** frames that were drawn before the newest state came: it stands in the picture when there are more */
  let drawnBefore = 0;
  let atRest: LiveState | null = null;
  const stops: (() => void)[] = [];

  const place = (): void => {
    if (pinState !== null && view !== null)
      placePins(placed, shown.elements, pinState, (point) => view!.project(point), area);
  };
  shown.place.current = place;
  stops.push(() => {
    shown.place.current = () => {};
  });

  const begin = (seen: readonly SceneObject[]): void => {
    objects = seen;
    try {
      view = createWorldView({
        canvas,
        kind: worldOfTask(studio.task.peek()),
        arm,
        theme: theme.peek(),
        objects: seen,
        reducedMotion: reducedMotion(),
        requestFrame: (callback) => {
          wanted = callback;
        },
        onFrame: place,
        onContext: (context) => {
          studio.graphics.value = context === "lost" ? "lost" : "fine";
        },
      });
    } catch {
      studio.graphics.value = "none";
      return;
    }
    studio.view.value = view;
    studio.preset.value = view.camera.presets[0] ?? "";
    fitView();
  };

  const fitView = (): void => {
    if (view === null) return;
    const free = studio.free.peek();
    const box = host.getBoundingClientRect();
    const inner = free?.getBoundingClientRect() ?? box;
    // Under the badges at its upper edge.
    const top = free === null ? 0 : Math.min(HUD, inner.height / 3);
    area = {
      x: inner.left - box.left,
      y: inner.top - box.top + top,
      width: Math.max(1, inner.width),
      height: Math.max(1, inner.height - top),
    };
    view.resize(Math.max(1, box.width), Math.max(1, box.height), Math.min(2, devicePixelRatio), area);
  };

  /** Shows recorded cameras through the holes that are on the page now. */
  const showHoles = (): void => {
    if (view === null) return;
    const box = host.getBoundingClientRect();
    const list = [...studio.holes].flatMap(([camera, element]): Inset[] => {
      const { left, top, width, height } = element.getBoundingClientRect();
      if (width === 0 || height === 0) return [];
      const area = { x: left - box.left, y: top - box.top, width, height };
      return [{ camera, area, pixelated: element.matches(":hover") }];
    });
    const key = JSON.stringify(list);
    if (key === insets) return;
    insets = key;
    view.setInsets(list);
  };

  const showCues = (state: LiveState, live: boolean): void => {
    if (view === null) return;
    const cues = live ? studio.link.cues.peek() : [];
    view.setCues(sceneCues(cues, state, live ? factsOf(studio, ends) : null));
    const arm = state.joints.length > 0;
    const ghost = arm && live;
    const { position, yaw, width } = leaning(state.hand, cues);
    const tool = compose(footOf(state), { position, orientation: toolDown(yaw) });
    view.setGhost(ghost ? { tool, gripperWidth: width } : null);
    view.setGizmo(
      ghost && state.base === undefined && studio.driver.peek() !== "policy"
        ? { position: state.hand.position, orientation: [0, 0, 0, 1] }
        : null,
    );
  };

  const follow = (state: LiveState, live: boolean): void => {
    const at = state.time;
    const newest = trail.at(-1);
    if (newest !== undefined && (at < newest.at || at > newest.at + 1)) trail = [];
    if (newest === undefined || at - newest.at >= TRAIL.every) {
      trail.push({ at, point: state.tool.position });
      while (trail.length > 0 && trail[0]!.at < at - TRAIL.seconds) trail.shift();
      if (state.joints.length > 0) view?.setTrail(trail.map(({ point }) => point));
    }
    showCues(state, live);
  };

  const tick = (milliseconds: number): void => {
    frame = requestAnimationFrame(tick);
    // Nothing of the scene is seen behind Train, and the time is better spent on it.
    if (route.peek().screen === "train") return;
    noteRest();
    look();
    const draw = wanted;
    wanted = null;
    draw?.(milliseconds);
    noteVitals();
  };

  /** How the robot stood in the picture when motion was asked for, before what has come since is drawn. */
  const noteRest = (): void => {
    if (!pending("motion")) atRest = null;
    else if (atRest === null) {
      if (performance.now() - moved < REST) forget("motion");
      else atRest = last;
    }
  };

  /** What was asked for and now stands in the picture. */
  const noteVitals = (): void => {
    if (view === null || view.statistics().frames <= drawnBefore) return;
    if (atRest !== null && last !== null && !sameState(atRest, last)) {
      end("motion");
      atRest = null;
    }
    const stands = last !== null && objects === studio.link.scene.peek()?.objects;
    if (!stands || studio.link.recorder.peek()?.phase.name !== "ready") return;
    end("layout");
    if (studio.input.peek() !== null) markDrivable();
  };

  /** Brings what is seen to where the world is. */
  const look = (): void => {
    const replaying = studio.replay.active.peek();
    const seen = replaying ? studio.replay.objects.peek() : studio.link.scene.peek()?.objects;
    // The table is there before the simulation is: what graphics need at first, they do while it is loaded.
    if (view === null && studio.graphics.peek() !== "none") begin(seen ?? []);
    if (view === null || seen === undefined || seen === null) return;
    if (objects !== seen) {
      objects = seen;
      view.setObjects(seen);
      last = null;
      trail = [];
    }
    showHoles();
    studio.countFrames();
    host.dataset["fine"] = String(view.statistics().fine);
    const now = sharedNow();
    const state = replaying ? studio.replay.state(now) : (studio.live()?.at(now) ?? null);
    if (studio.link.opened.peek()?.body !== undefined) {
      const [dx, dy] = rotate(view.camera.pose().orientation, [0, 0, -1]);
      // An arm on a base counts from where the base looks.
      azimuth(
        wrapAngle(Math.atan2(dy, dx) - (state?.base === undefined ? 0 : yawOf(state.base.orientation))),
      );
    }
    if (state === null) return;
    const time = performance.now();
    if (time - pinned > 100) {
      pinned = time;
      studio.notices.look(now);
      const joints = studio.link.scene.peek()?.joints ?? [];
      const next = !drove
        ? []
        : pinsOf(words.peek(), studio.link.cues.peek(), state, joints, (index) => pointOf(state, index));
      if (JSON.stringify(next) !== JSON.stringify(placed)) {
        placed = next;
        shown.pins.value = next;
        view.invalidate();
      }
    }
    pinState = state;
    // Cues come and go while nothing moves, too.
    const cued = drove
      ? `${cueKey(studio.link.cues.peek())} ${studio.link.recorder.peek()?.phase.name} ${studio.lesson.peek()}`
      : "";
    if (last !== null && cued !== shownCues) showCues(state, drove);
    shownCues = cued;
    // What belongs to driving is shown on the screens to drive from.
    const driven = !replaying && studio.drivable.peek();
    if (last !== null && driven === drove && sameState(last, state)) return;
    if (!pending("motion")) moved = performance.now();
    last = state;
    drove = driven;
    drawnBefore = view.statistics().frames;
    view.update(state);
    follow(state, driven);
    studio.showFrame(state);
  };

  let told = Number.NaN;
  const azimuth = (angle: number): void => {
    if (Math.abs(angle - told) < 1e-3) return;
    told = angle;
    studio.input.peek()?.view(angle);
  };

  const resized = new ResizeObserver(fitView);
  resized.observe(host);
  stops.push(
    effect(() => {
      const free = studio.free.value;
      if (free === null) return;
      resized.observe(free);
      return () => resized.unobserve(free);
    }),
    effect(() => {
      studio.view.value?.setTheme(theme.value);
    }),
    effect(() => {
      const driver = studio.driver.value;
      studio.view.value?.setDriver(driver === "policy" ? "policy" : "you");
    }),
    effect(() => {
      if (studio.input.value !== null) told = Number.NaN;
    }),
    listenToPointer(studio, host, canvas),
    () => resized.disconnect(),
  );
  frame = requestAnimationFrame(tick);
  return () => {
    cancelAnimationFrame(frame);
    for (const stop of stops) stop();
    studio.view.value = null;
    view?.dispose();
  };
}

const factsOf = (studio: Studio, reach: ToolReach): SceneFacts => {
  const scene = studio.link.scene.peek();
  const target = scene?.objects.find(({ id }) => id === scene.goal["target"]) ?? null;
  return {
    joints: scene?.joints ?? [],
    stopped: studio.link.recorder.peek()?.phase.name === "stopped",
    lesson: studio.lesson.peek(),
    target,
    reach,
  };
};

/** Tells where the axis of an arm's joint is, in the world; of a lift where the arm stands on it. */
function jointPointOf({ model, tool }: ArmFigure) {
  const chain = chainTo(model, tool);
  const frames = createFrames(chain);
  return (state: LiveState, index: number): Vec3 | null => {
    const below = state.joints.length - chain.n;
    if (below < 0 || index < 0) return null;
    if (index < below) return footOf(state).position;
    forwardKinematics(chain, Array.from(state.joints).slice(below), frames, footOf(state));
    return poseAt(frames, index - below).position;
  };
}
