/**
 * The thread of the page that simulates: the session over messages, with the browser's timers, Rapier, ONNX Runtime
 * Web and the page's stores. Timers of a browser are coarse (4 ms when nested): a step that comes late says so, and
 * its rows carry the time it was due.
 */
import { armOption } from "../../core/index.js";
import { loadPolicy } from "../../policy/index.js";
import { initEngine, taskByName } from "../../sim/index.js";
import { webSessions } from "../page/workers/runtime.js";
import type { ToSimulation } from "./protocol.js";
import { createStudioSession } from "./session.js";
import { openPlace } from "./stores.browser.js";

// Every task needs the engine: it is loaded while the page has yet to say which. What fails here fails there again.
initEngine().catch(() => {});

/** People have this long for a take, s: longer than anybody wants to. */
const LONG = 24 * 3600;
/** The longest sleep, s: a clock that was set must not silence a session for ever. */
const MOST_SLEEP = 1;

const now = (): number => (performance.timeOrigin + performance.now()) / 1000;
let timer: ReturnType<typeof setTimeout> | null = null;
let awake = false;

const session = createStudioSession({
  now,
  post: (message, transfer) => postMessage(message, { transfer }),
  wake: () => go(),
  createTask: async (name, robot = "") => {
    const { card, create } = taskByName(name);
    return { environment: await create({ horizon: LONG, ...armOption(robot) }), card };
  },
  openStore: openPlace,
  loadPolicy: async (bytes) => loadPolicy(bytes, await webSessions()),
});

/** Does what is due and sleeps until more is. What the session does may ask for it again: then it goes on after. */
function go(): void {
  if (awake) return;
  awake = true;
  if (timer !== null) clearTimeout(timer);
  timer = null;
  const due = session.advance();
  awake = false;
  if (due === Number.POSITIVE_INFINITY) return;
  timer = setTimeout(go, Math.max(0, 1000 * Math.min(MOST_SLEEP, due - now())));
}

addEventListener("message", ({ data }: MessageEvent<ToSimulation>) => session.handle(data));
