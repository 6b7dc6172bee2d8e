/**
 * The scene behind the page: one canvas for every screen, drawn only when something has changed. Pointer and keys on
 * it drive the robot and turn the picture; they do nothing anywhere else.
 */
import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import {
  chainTo,
  createFrames,
  forwardKinematics,
  PANDA,
  PANDA_TOOL,
  poseAt,
  rotate,
  type SceneObject,
  toolDown,
  type Vec3,
} from "../../core/index.js";
import { type Area, createWorldView, type Inset, type WorldView } from "../../sim/view/index.js";
import { runs } from "../studio/recorder.js";
import { phaseWords } from "./drive/phase.js";
import { Icon } from "./icons.js";
import { sharedNow } from "./link.js";
import type { LiveState } from "./live.js";
import { type Pin, pinsOf, placePins } from "./pins.js";
import { route } from "./route.js";
import { reducedMotion, theme, words } from "./settings.js";
import { type Studio, sameState } from "./studio.js";
import { end, forget, markDrivable, pending } from "./vitals.js";

/** Seconds of trail, and between its points. */
const TRAIL = { seconds: 3, every: 0.05 } as const;
/** Seconds without news after which the picture says so. */
const STALE = 0.4;
/** ms for which nothing has moved in the picture of a robot at rest. */
const REST = 150;

const CHAIN = chainTo(PANDA, PANDA_TOOL);
const FRAMES = createFrames(CHAIN);

/** The canvas, what stands over it, and whoever listens to it. */
export function Stage({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const body = studio.body.value;
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pins = useSignal<readonly Pin[]>([]);
  const stale = useSignal<string | null>(null);
  const elements = useRef(new Map<string, HTMLElement>());

  useEffect(() => {
    const [host, target] = [stage.current, canvas.current];
    if (host === null || target === null) return;
    return runView(studio, host, target, { pins, stale, elements: elements.current });
  }, [studio, body, pins, stale]);

  // Keys: robot keys act while the scene has the focus, Escape always.
  useEffect(() => {
    const host = stage.current;
    const key = (event: KeyboardEvent, down: boolean): void => {
      const focused = host === document.activeElement;
      const stop = event.code === "Escape";
      if (!(focused && studio.drivable.peek()) && !(stop && down)) return;
      if (event.isComposing && !stop) return;
      if (studio.input.peek()?.key(event, down) && (focused || stop)) event.preventDefault();
    };
    const onDown = (event: KeyboardEvent) => key(event, true);
    const onUp = (event: KeyboardEvent) => key(event, false);
    addEventListener("keydown", onDown);
    addEventListener("keyup", onUp);
    return () => {
      removeEventListener("keydown", onDown);
      removeEventListener("keyup", onUp);
    };
  }, [studio]);

  const recorder = studio.link.recorder.value;
  const driver = studio.driver.value;
  const driverWords =
    driver === "policy" ? text.policyDrives : driver === "taken-over" ? text.youHaveIt : text.youDrive;
  return (
    <>
      <div
        ref={stage}
        id="stage"
        class="stage"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the scene is where the robot is driven from
        tabIndex={0}
        aria-label={text.stage(
          body === "arm" ? text.arm : text.base,
          driverWords,
          recorder === null ? text.loading : phaseWords(text, recorder),
        )}
        aria-describedby="stage-keys"
        onBlur={() => studio.input.peek()?.lose()}
      >
        <canvas key={body} ref={canvas} />
      </div>
      <p id="stage-keys" hidden>
        {text.stageKeys}
      </p>
      <div class="pins" aria-hidden="true">
        {pins.value.map((pin) => (
          <span
            key={pin.key}
            class={`pin ${pin.level}`}
            ref={(element) => {
              if (element === null) elements.current.delete(pin.key);
              else elements.current.set(pin.key, element);
            }}
          >
            {pin.level === "plain" ? null : <Icon name="warn" />}
            {pin.text}
          </span>
        ))}
      </div>
      {stale.value === null ? null : (
        <div class="stale" role="status">
          <span>{text.stale(stale.value)}</span>
        </div>
      )}
    </>
  );
}

interface Shown {
  readonly pins: { value: readonly Pin[] };
  readonly stale: { value: string | null };
  readonly elements: Map<string, HTMLElement>;
}

/** Keeps a picture of what the screen is about on the canvas, until the returned function is called. */
function runView(studio: Studio, host: HTMLElement, canvas: HTMLCanvasElement, shown: Shown): () => void {
  let view: WorldView | null = null;
  let last: LiveState | null = null;
  let pinState: LiveState | null = null;
  let placed: readonly Pin[] = [];
  let area: Area = { x: 0, y: 0, width: 1, height: 1 };
  let insets = "";
  let trail: { at: number; point: Vec3 }[] = [];
  let pinned = 0;
  let frame = 0;
  let objects: readonly SceneObject[] | null = null;
  /** the view's own part of the next frame: drawn in the same one in which a state has come, not in the one after */
  let wanted: ((milliseconds: number) => void) | null = null;
  /** when the picture last moved, and how it stood when a key asked for motion */
  let moved = 0;
  let atRest: LiveState | null = null;
  const stops: (() => void)[] = [];

  const begin = (seen: readonly SceneObject[]): void => {
    objects = seen;
    try {
      view = createWorldView({
        canvas,
        kind: studio.body.peek() === "arm" ? "tabletop" : "room",
        theme: theme.peek(),
        objects: seen,
        reducedMotion: reducedMotion(),
        requestFrame: (callback) => {
          wanted = callback;
        },
        onFrame: () => {
          if (pinState !== null && view !== null)
            placePins(placed, shown.elements, pinState, (point) => view!.project(point), area);
        },
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
    const free = document.querySelector<HTMLElement>(".free");
    const box = host.getBoundingClientRect();
    const inner = free?.getBoundingClientRect() ?? box;
    area = {
      x: inner.left - box.left,
      y: inner.top - box.top,
      width: Math.max(1, inner.width),
      height: Math.max(1, inner.height),
    };
    view.resize(Math.max(1, box.width), Math.max(1, box.height), Math.min(2, devicePixelRatio), area);
  };

  /** Shows recorded cameras through the holes that are on the page now. */
  const showHoles = (): void => {
    if (view === null) return;
    const box = host.getBoundingClientRect();
    const list: Inset[] = [...studio.holes].map(([camera, element]) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return {
        camera,
        area: { x: left - box.left, y: top - box.top, width, height },
        pixelated: element.matches(":hover"),
      };
    });
    const key = JSON.stringify(list);
    if (key === insets) return;
    insets = key;
    view.setInsets(list);
  };

  const showCues = (state: LiveState, live: boolean): void => {
    if (view === null) return;
    const cues = live ? studio.link.cues.peek() : [];
    const joints = studio.link.scene.peek()?.joints ?? [];
    const near = cues.flatMap((cue) =>
      cue.kind === "near-limit" || cue.kind === "at-limit" ? [joints.indexOf(cue.joint)] : [],
    );
    const arm = state.joints.length > 0;
    view.setCues({
      nearLimit: near,
      plumb: arm && live && state.tool.position[2] > 0.03 ? state.tool.position : null,
      collided: cues.some(({ kind }) => kind === "collision") ? ["robot"] : [],
      stopped: studio.link.recorder.peek()?.phase.name === "stopped",
      reach: cues.some(({ kind }) => kind === "unreachable" || kind === "edge"),
    });
    const ghost = arm && live;
    const { hand } = state;
    view.setGhost(
      ghost
        ? {
            tool: { position: hand.position, orientation: toolDown(hand.yaw) },
            gripperWidth: hand.width,
          }
        : null,
    );
    view.setGizmo(
      ghost && studio.drivable.peek() && studio.driver.peek() !== "policy"
        ? { position: hand.position, orientation: [0, 0, 0, 1] }
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
    look();
    const draw = wanted;
    wanted = null;
    draw?.(milliseconds);
    noteVitals();
  };

  /** What was asked for and now stands in the picture. */
  const noteVitals = (): void => {
    if (!pending("motion")) atRest = null;
    else if (atRest === null) {
      if (performance.now() - moved < REST) forget("motion");
      else atRest = last;
    } else if (last !== null && !sameState(atRest, last)) end("motion");
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
    if (studio.link.opened.peek()?.body !== undefined) {
      const [dx, dy] = rotate(view.camera.pose().orientation, [0, 0, -1]);
      azimuth(Math.atan2(dy, dx));
    }
    const now = sharedNow();
    const state = replaying ? studio.replay.state(now) : (studio.live()?.at(now) ?? null);
    if (state === null) return;
    const heard = studio.live()?.newest ?? null;
    const phase = studio.link.recorder.peek()?.phase;
    const silent = heard === null || replaying || phase === undefined || !runs(phase) ? 0 : now - heard;
    const old = silent > STALE && studio.link.failed.peek() === null ? silent.toFixed(1) : null;
    if (shown.stale.value !== old) shown.stale.value = old;
    const time = performance.now();
    if (time - pinned > 100) {
      pinned = time;
      const joints = studio.link.scene.peek()?.joints ?? [];
      const next = replaying
        ? []
        : pinsOf(words.peek(), studio.link.cues.peek(), state, joints, (index) => jointPoint(state, index));
      if (JSON.stringify(next) !== JSON.stringify(placed)) {
        placed = next;
        shown.pins.value = next;
        view.invalidate();
      }
    }
    pinState = state;
    if (last !== null && sameState(last, state)) return;
    if (!pending("motion")) moved = performance.now();
    last = state;
    view.update(state);
    follow(state, !replaying);
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
  const free = document.querySelector(".free");
  if (free !== null) resized.observe(free);
  stops.push(
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

/** Where the axis of a joint is, in the arm's base frame. */
function jointPoint(state: LiveState, index: number): Vec3 | null {
  if (index < 0 || state.joints.length !== CHAIN.n) return null;
  forwardKinematics(CHAIN, state.joints, FRAMES);
  return poseAt(FRAMES, index).position;
}

/** Left drags a handle or turns the picture, right and middle move it, the wheel comes nearer. */
function listenToPointer(studio: Studio, host: HTMLElement, canvas: HTMLCanvasElement): () => void {
  const held = new Map<number, { x: number; y: number; button: number; gizmo: boolean }>();
  const place = (event: PointerEvent | WheelEvent) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent): void => {
    const view = studio.view.peek();
    if (view === null) return;
    host.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const { x, y } = place(event);
    const hand = studio.live()?.at(sharedNow())?.hand;
    const handle =
      event.button === 0 && studio.drivable.peek() && hand !== undefined ? view.pickGizmo(x, y) : null;
    if (handle !== null && hand !== undefined) studio.input.peek()?.grab(handle, hand, view.ray(x, y));
    held.set(event.pointerId, { x, y, button: event.button, gizmo: handle !== null });
  };
  const move = (event: PointerEvent): void => {
    const view = studio.view.peek();
    if (view === null) return;
    const { x, y } = place(event);
    const grip = held.get(event.pointerId);
    if (grip === undefined) {
      if (event.pointerType === "mouse") canvas.style.cursor = view.pickGizmo(x, y) === null ? "" : "grab";
      return;
    }
    const [dx, dy] = [x - grip.x, y - grip.y];
    held.set(event.pointerId, { ...grip, x, y });
    if (grip.gizmo) {
      const hand = studio.live()?.at(sharedNow())?.hand;
      if (hand !== undefined) studio.input.peek()?.drag(hand, view.ray(x, y), event.shiftKey);
      return;
    }
    if (held.size === 2) {
      const [a, b] = [...held.values()];
      const before = Math.hypot(x - dx - (a!.x === x ? b!.x : a!.x), y - dy - (a!.y === y ? b!.y : a!.y));
      const after = Math.hypot(a!.x - b!.x, a!.y - b!.y);
      if (before > 0) view.camera.zoom(after / before);
      view.camera.pan(dx / 2, dy / 2);
    } else if (grip.button === 0) view.camera.orbit(-dx * 0.006, dy * 0.006);
    else view.camera.pan(dx, dy);
  };
  const up = (event: PointerEvent): void => {
    if (held.get(event.pointerId)?.gizmo === true) studio.input.peek()?.drop();
    held.delete(event.pointerId);
  };
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    studio.view.peek()?.camera.zoom(Math.exp(-event.deltaY * 0.0012), place(event));
  };
  const menu = (event: Event): void => event.preventDefault();
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("contextmenu", menu);
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
    canvas.removeEventListener("wheel", wheel);
    canvas.removeEventListener("contextmenu", menu);
  };
}
