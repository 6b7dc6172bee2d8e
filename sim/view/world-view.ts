/**
 * A page's picture of a world: puts the parts together and draws when something has changed, never otherwise.
 * What a state looks like is in `world.ts`, light in `looks.ts`; input and words are the page's.
 */
import { Raycaster, Vector3 } from "three";
import { type Pose, toolReach, type Vec3 } from "../../core/index.js";
import { createBackdrop } from "./backdrop.js";
import { createGraphics, rigOver } from "./camera-rig.js";
import { createForces } from "./forces.js";
import { createGhost } from "./ghost.js";
import { createGizmo } from "./gizmo.js";
import { guideLines } from "./guide-lines.js";
import { createInsets } from "./insets.js";
import { lightStudio, setLamp } from "./lighting.js";
import { createLines } from "./lines.js";
import { PAGE_LOOK, STOP_CAP } from "./looks.js";
import { createPacer, softwareGraphics } from "./pacer.js";
import { createPageCamera } from "./page-camera.js";
import { COARSE, FINE } from "./shapes.js";
import { blendStates, type ViewState } from "./state.js";
import { createStill } from "./still.js";
import type { Area, Cues, Driver, Theme, WorldView, WorldViewOptions } from "./types.js";
import { LAYER } from "./world.js";

/** ms between recorded pictures shown as insets, all cameras in turn. */
const INSET_EVERY = 50;

/** How rings pulse: ms, and what is added to their own light at its highest. */
const PULSE = { span: 600, strength: 2.4 } as const;

/** Makes a view; draws its first frame with the page's next one. */
export function createWorldView(options: WorldViewOptions): WorldView {
  const { canvas, kind, onFrame, onContext, reducedMotion = false } = options;
  const request =
    options.requestFrame ?? ((callback: (milliseconds: number) => void) => requestAnimationFrame(callback));
  const wanted = options.quality ?? "auto";
  const quality = wanted === "auto" && softwareGraphics() ? "low" : wanted;
  const graphics = createGraphics(
    canvas,
    kind,
    options.objects,
    quality === "low" ? { detail: COARSE, plain: true } : { detail: FINE, plain: false },
    options.arm,
  );
  const { renderer, world, contacts } = graphics;
  const { scene } = world;
  const studio = world.studio.shown;
  const backdrop = createBackdrop(world);
  const ghost = createGhost(world);
  const gizmo = createGizmo();
  const lines = createLines();
  const forces = createForces();
  const insets = createInsets();
  const pacer = createPacer(quality);
  const still = createStill();
  scene.add(gizmo.mesh, lines.mesh, forces.group);

  const ends = toolReach(world.arm);

  let theme: Theme = options.theme;
  let driver: Driver = null;
  let cues: Cues = {};
  let trail: readonly Vec3[] = [];
  let plan: readonly Vec3[] = [];
  let gizmoPose: Pose | null = null;
  let size = { width: 1, height: 1, pixelRatio: 1, free: { x: 0, y: 0, width: 1, height: 1 } as Area };
  /** the state that is shown, and on its way to which */
  let state: ViewState | null = null;
  let live: { from: ViewState; to: ViewState; since: number } | null = null;
  let clock = 0;
  /** whether a tick of the page's frame clock is asked for, and whether it has to draw */
  let asked = false;
  let dirty = false;
  let drewLast = false;
  let gone = false;
  let lost = false;
  let linesOld = true;
  let drawn = { frames: 0, calls: 0, triangles: 0, script: 0 };
  /** the programs that the page's picture needs are there, and those of recorded ones */
  let [canDraw, canRecord] = [false, false];
  let insetDue = 0;
  let insetTurn = 0;
  /** ms that the last frame took */
  let pace = 0;
  const stale = new Set<string>();
  /** joints whose rings pulse: since when, and how high it is, 0 to 1 */
  const pulses = new Map<number, { readonly since: number | null; readonly high: number }>();

  const ask = () => {
    if (asked || gone || lost) return;
    asked = true;
    request(tick);
  };
  const invalidate = () => {
    dirty = true;
    ask();
  };
  const camera = createPageCamera(world, { still: reducedMotion, changed: invalidate });

  const show = (next: ViewState) => {
    state = next;
    graphics.pose(next);
    ghost.update();
    for (const name of rig.names) stale.add(name);
    invalidate();
  };

  const rig = rigOver(graphics, {
    lost: () => lost,
    drawn: (recorded, cameras) => {
      // The pictures that the page shows in its holes are those that were recorded last.
      for (const name of cameras)
        if (recorded === state) stale.delete(name);
        else stale.add(name);
      if (state !== null) graphics.pose(state);
      if (insets.list().length > 0) invalidate();
    },
  });
  for (const name of rig.names) stale.add(name);

  const colours = () => {
    const look = PAGE_LOOK[theme];
    return { look, colour: look.driver[driver ?? "nobody"] };
  };

  /** Rings of joints that have come to a limit swell once and fade. @returns whether they still do */
  const pulse = (milliseconds: number): boolean => {
    if (pulses.size === 0) return false;
    for (const [joint, { since }] of pulses) {
      const begun = since ?? milliseconds;
      const u = (milliseconds - begun) / PULSE.span;
      if (u >= 1) pulses.delete(joint);
      else pulses.set(joint, { since: begun, high: Math.sin(Math.PI * u) });
    }
    light();
    return true;
  };

  const light = () => {
    const { look, colour } = colours();
    studio.lamps.value.forEach((lamp, i) => {
      const joint = i < studio.lamps.value.length - 2 ? i : -1;
      const glow = look.glow + PULSE.strength * (pulses.get(joint)?.high ?? 0);
      if (i === studio.lamps.value.length - 1) setLamp(lamp, STOP_CAP, cues.stopped === true ? 1.6 : 0);
      else if (joint >= 0 && cues.nearLimit?.includes(joint) === true) setLamp(lamp, look.warn, glow);
      else setLamp(lamp, colour, look.glow);
    });
  };

  const dress = () => {
    const { look, colour } = colours();
    lightStudio(studio, kind, look.studio);
    contacts.setStrength(look.studio.contact);
    studio.dither.value = 1;
    backdrop.setLook(look);
    gizmo.setLook(look);
    ghost.setColour(colour, look);
    light();
    forces.set(cues.forces ?? [], look);
    world.hatch(cues.collided ?? []);
    draft();
  };

  /** Lines are drawn anew with the next frame, once, however many of them have changed. */
  const draft = () => {
    linesOld = true;
    invalidate();
  };

  const follow = (milliseconds: number): boolean => {
    if (live === null) return false;
    const span = Math.max(1e-3, live.to.time - live.from.time) * 1000;
    const u = (milliseconds - live.since) / span;
    show(blendStates(live.from, live.to, u));
    if (u >= 1) live = null;
    return live !== null;
  };

  /** Draws one of the recorded pictures that the page shows, when it is time; whether another is still to come. */
  const drawInset = (milliseconds: number): boolean => {
    const wanted = [...new Set(insets.list().map((inset) => inset.camera))].filter((name) => stale.has(name));
    if (wanted.length === 0) return false;
    if (!canRecord) return false;
    if (milliseconds >= insetDue) {
      const name = wanted[insetTurn++ % wanted.length]!;
      rig.refresh(name);
      stale.delete(name);
      // Slow graphics must not spend all their time on these.
      insetDue = milliseconds + Math.max(INSET_EVERY / Math.max(1, insets.list().length), 1.5 * pace);
    }
    return stale.size > 0 && wanted.some((name) => stale.has(name));
  };

  /** One more tick comes after every frame, to see how long the frame took. */
  const tick = (milliseconds: number) => {
    asked = false;
    if (gone || lost || !canDraw) return;
    const gap = milliseconds - clock;
    clock = milliseconds;
    const follows = drewLast;
    if (follows) pace = gap;
    drewLast = false;
    if (follows && pacer.frame(gap)) {
      arrange();
      dirty = true;
    }
    if (!dirty) {
      refine(milliseconds);
      return;
    }
    dirty = false;
    if (still.done) arrange();
    still.moved(milliseconds);
    draw(milliseconds, follows ? Math.min(0.1, gap / 1000) : 1 / 60);
    drewLast = true;
    ask();
  };

  /** Pixels of the screen that the coarse picture of now does not have. */
  const finer = (): number => Math.min(2, size.pixelRatio);
  const isCoarse = (): boolean => quality !== "high" && (pacer.ratio() < finer() || quality === "low");
  const isFine = (): boolean => still.done || !isCoarse();
  /** At rest a coarse picture becomes a fine one, tile by tile. */
  const refine = (milliseconds: number) => {
    // Before the first state there is nothing to look at, and the time is better spent on loading.
    if (state === null || isFine()) return;
    const ratio = finer();
    lines.resize(size.width, size.height, ratio);
    const complete = still.draw(renderer, milliseconds, () => ({
      scene,
      camera: camera.lens,
      width: Math.floor(size.width * ratio),
      height: Math.floor(size.height * ratio),
    }));
    if (complete) {
      renderer.setPixelRatio(ratio);
      renderer.setSize(size.width, size.height, false);
      still.show(renderer);
      insets.draw(renderer, rig.texture);
    } else {
      lines.resize(size.width, size.height, pacer.ratio());
      ask();
    }
  };

  const draw = (milliseconds: number, seconds: number) => {
    const begin = performance.now();
    if (linesOld) {
      const { look, colour } = colours();
      lines.set(guideLines({ arm: world.arm, ends, look, colour, trail, plan, cues }));
    }
    linesOld = false;
    let again = follow(milliseconds);
    again = camera.advance(seconds) || again;
    again = pulse(milliseconds) || again;
    renderer.info.reset();
    graphics.shade();
    again = drawInset(milliseconds) || again;
    if (gizmoPose !== null) gizmo.update(camera.unitAt(gizmoPose.position));
    renderer.setRenderTarget(null);
    renderer.setClearColor(0, 1);
    renderer.clear();
    renderer.render(scene, camera.lens);
    insets.draw(renderer, rig.texture);
    const { calls, triangles } = renderer.info.render;
    drawn = { frames: drawn.frames + 1, calls, triangles, script: performance.now() - begin };
    if (drawn.frames === 1) prepareRecorded();
    if (again) invalidate();
    onFrame?.();
  };

  /** The page's own picture comes first. */
  const prepareRecorded = () =>
    void graphics.prepare(LAYER.recorded).then(() => {
      canRecord = true;
      if (insets.list().length > 0) invalidate();
    });

  const arrange = () => {
    const { width, height, free } = size;
    const ratio = pacer.ratio();
    renderer.setPixelRatio(ratio);
    renderer.setSize(width, height, false);
    lines.resize(width, height, ratio);
    insets.resize(width, height);
    camera.resize(width, height, free);
    backdrop.setCentre(
      (free.x + free.width / 2) / width,
      1 - (free.y + 0.42 * free.height) / height,
      width / height,
    );
  };

  const onLost = () => {
    lost = true;
    asked = false;
    onContext?.("lost");
  };
  const onRestored = () => {
    lost = false;
    graphics.refresh();
    if (state !== null) graphics.pose(state);
    for (const name of rig.names) stale.add(name);
    onContext?.("restored");
    invalidate();
  };
  canvas.addEventListener("webglcontextlost", onLost);
  canvas.addEventListener("webglcontextrestored", onRestored);
  dress();
  void graphics.prepare(LAYER.page).then(() => {
    canDraw = true;
    invalidate();
  });

  const at = (x: number, y: number) => camera.ray(x, y);
  return {
    update: (next) => {
      live = null;
      show(next);
    },
    stream: (next) => {
      if (state === null || next.time <= state.time) {
        live = null;
        show(next);
        return;
      }
      live = { from: state, to: next, since: performance.now() };
      invalidate();
    },
    setObjects: (objects) => {
      world.setObjects(objects);
      graphics.refresh();
      for (const name of rig.names) stale.add(name);
      dress();
    },
    setTheme: (next) => {
      theme = next;
      dress();
    },
    setDriver: (next) => {
      driver = next;
      dress();
    },
    setGhost: (command) => {
      ghost.set(command);
      ghost.update();
      invalidate();
    },
    setTrail: (points) => {
      trail = points;
      draft();
    },
    setPlan: (points) => {
      plan = points;
      draft();
    },
    setCues: (next) => {
      // The plumb line follows the tool, frame by frame; the rest seldom changes.
      const before = cues;
      cues = next;
      if (!reducedMotion)
        for (const joint of next.atLimit ?? [])
          if (before.atLimit?.includes(joint) !== true) pulses.set(joint, { since: null, high: 0 });
      if (sameButPlumb(before, next)) draft();
      else dress();
    },
    setGizmo: (pose) => {
      gizmoPose = pose;
      gizmo.set(pose);
      invalidate();
    },
    pickGizmo: (x, y) => {
      if (gizmoPose === null) return null;
      const handle = gizmo.pick(x, y, camera.unitAt(gizmoPose.position), camera.project);
      if (gizmo.highlight(handle)) invalidate();
      return handle;
    },
    setInsets: (next) => {
      insets.set(next);
      invalidate();
    },
    camera: camera.controls,
    pick: (x, y) => {
      const { origin, direction } = at(x, y);
      const caster = new Raycaster(new Vector3(...origin), new Vector3(...direction));
      caster.layers.set(LAYER.recorded);
      const [hit] = caster.intersectObjects(
        world.solids.map(({ recorded }) => recorded),
        false,
      );
      const solid = world.solids.find(({ recorded }) => recorded === hit?.object);
      if (hit === undefined || solid === undefined) return null;
      return { id: solid.id ?? "table", point: [hit.point.x, hit.point.y, hit.point.z] };
    },
    project: camera.project,
    ray: at,
    invalidate,
    resize: (width, height, pixelRatio, free) => {
      size = { width, height, pixelRatio, free: free ?? { x: 0, y: 0, width, height } };
      pacer.reset(pixelRatio);
      arrange();
      invalidate();
    },
    cameras: rig,
    statistics: () => ({ ...drawn, fine: !dirty && isFine() }),
    dispose: () => {
      gone = true;
      canvas.removeEventListener("webglcontextlost", onLost);
      canvas.removeEventListener("webglcontextrestored", onRestored);
      for (const part of [backdrop, ghost, gizmo, lines, forces, insets, still, rig, graphics])
        part.dispose();
    },
  };
}

const sameButPlumb = (a: Cues, b: Cues): boolean =>
  JSON.stringify({ ...a, plumb: null }) === JSON.stringify({ ...b, plumb: null });
