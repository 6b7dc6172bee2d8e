/**
 * The pictures half of the demo: the trials that the report shows are run once more, drawn by the studio's view in a
 * browser without a window, and kept as short videos beside the policies. Same seed, same policy: same trial.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { messageOf, type OnProgress, refuse } from "../../core/index.js";
import { taskByName } from "../../sim/index.js";
import { findChromium, launchChromium } from "../browser/chromium.js";
import type { Clip, ClipRequest } from "../browser/clip.browser.js";
import { digestOf, placesOf } from "../pipeline.js";
import type { StageResult, TaskResult, Video } from "../report/result.js";
import type { SimulationPool } from "../simulation/pool.js";
import type { Terminal } from "../terminal.js";
import { CLIP } from "./settings.js";
import { keyOf, recall, remember } from "./stamps.js";

export interface ClipsContext {
  readonly folder: string;
  readonly pool: SimulationPool;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly version: string;
  readonly onStage: (stage: StageResult) => void;
}

/** The tasks with a video to each of their films; as they were when there is no browser, and the stage says why. */
export async function addClips(
  tasks: readonly TaskResult[],
  context: ClipsContext,
): Promise<readonly TaskResult[]> {
  const { folder, terminal, signal, version, onStage } = context;
  const name = "film rollouts";
  const films = tasks.flatMap((task) =>
    task.films.map(({ seed, outcome }) => ({ task: task.task, seed, outcome })),
  );
  const policies = tasks.map(({ task }) => digestOf(readFileSync(placesOf(folder, { name: task }).policy)));
  const key = keyOf("clips with posters", version, CLIP, films, policies);
  const stamp = join(folder, "videos", "clips.json");
  const summary = (videos: readonly Video[]): string =>
    `${videos.length} videos, ${Math.round(videos.reduce((sum, { bytes }) => sum + bytes, 0) / 1000)} kB, ${videos[0]?.codec ?? "none"}`;
  const skip = (reason: string): readonly TaskResult[] => {
    terminal.skipped(name, reason);
    onStage({ name, seconds: 0, reused: false, skipped: reason });
    return tasks;
  };
  const dressed = (videos: readonly Video[]): readonly TaskResult[] =>
    tasks.map((task) => ({
      ...task,
      films: task.films.map((film) => ({
        ...film,
        video: videos.find((video) => video.task === task.task && video.seed === film.seed) ?? null,
      })),
    }));

  const known = recall<readonly Video[]>(stamp, key);
  if (
    known?.every(({ file, bytes }) => statSync(join(folder, file), { throwIfNoEntry: false })?.size === bytes)
  ) {
    terminal.reused(name, summary(known));
    onStage({ name, seconds: 0, reused: true, skipped: null });
    return dressed(known);
  }
  const found = findChromium();
  if ("missing" in found) return skip(found.missing);
  try {
    const { value, seconds } = await terminal.stage(name, async (onProgress) => {
      const value = await film(found.path, films, context, onProgress);
      return { value, summary: summary(value) };
    });
    remember(stamp, key, value);
    onStage({ name, seconds, reused: false, skipped: null });
    return dressed(value);
  } catch (error) {
    signal.throwIfAborted();
    return skip(messageOf(error).split("\n")[0]!);
  }
}

/** The drawing as a browser loads it; from TypeScript sources (tests) the built one, as everywhere else. */
const DRAWING = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "../../dist/painter/clip.js" : "../../painter/clip.js",
    import.meta.url,
  ),
);

interface Shot {
  readonly task: string;
  readonly seed: number;
  readonly outcome: string;
}

async function film(
  chromium: string,
  shots: readonly Shot[],
  { folder, pool, signal }: ClipsContext,
  onProgress: OnProgress,
): Promise<readonly Video[]> {
  mkdirSync(join(folder, "videos"), { recursive: true });
  for (const task of new Set(shots.map((shot) => shot.task)))
    pool.addPolicy(`film ${task}`, readFileSync(placesOf(folder, { name: task }).policy));
  // Both cores: the threads run the trials while the browser draws those that are there.
  const watched = shots.map((shot) => watch(shot, pool));
  for (const each of watched) each.catch(() => {}); // reported where it is awaited
  const browser = await launchChromium(chromium);
  try {
    const page = await openDrawing(browser);
    const videos: Video[] = [];
    for (const [i, shot] of shots.entries()) {
      signal.throwIfAborted();
      onProgress({ stage: "film", done: i, total: shots.length, note: `${shot.task}, ${shot.outcome}` });
      const request = await watched[i]!;
      const { base64, poster, type, codec } = await draw(page, request);
      const file = join("videos", `${shot.task}-${shot.outcome}-${shot.seed}.mp4`);
      const bytes = Buffer.from(base64, "base64");
      writeFileSync(join(folder, file), bytes);
      const still = file.replace(/mp4$/, "jpg");
      writeFileSync(join(folder, still), Buffer.from(poster, "base64"));
      videos.push({
        task: shot.task,
        seed: shot.seed,
        file,
        poster: still,
        type,
        codec,
        bytes: bytes.length,
        ...CLIP.size,
        seconds: request.states.length / request.fps,
      });
    }
    return videos;
  } finally {
    await browser.close();
  }
}

/** The trial of a shot once more. */
async function watch({ task, seed, outcome }: Shot, pool: SimulationPool): Promise<ClipRequest> {
  const { robot } = taskByName(task).card;
  const how = CLIP.robots[robot] ?? refuse("film", "must know how to film the robot", robot);
  const answer = await pool.run({ kind: "watch", task, seed, policy: `film ${task}`, every: 1 / how.fps });
  if (answer.kind !== "watched") throw new Error(`film: the thread answered with ${answer.kind}`);
  const ended = answer.outcome.state === "success" ? "success" : answer.outcome.kind;
  if (ended !== outcome)
    throw new Error(`film: the trial of ${task} on seed ${seed} ended with ${ended}, not ${outcome} again`);
  return { ...how, ...CLIP.size, ...answer.watched, driver: "policy", most: CLIP.bytes };
}

/** A blank page at a secure origin, where the encoder is, with the drawing in it; nothing is fetched. */
async function openDrawing(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.goto("http://localhost/");
  await page.addScriptTag({ path: DRAWING, type: "module" });
  await page.waitForFunction(() => "drawClip" in globalThis);
  return page;
}

declare function drawClip(request: ClipRequest): Promise<Clip>;
const draw = (page: Page, request: ClipRequest): Promise<Clip> =>
  page.evaluate((asked) => drawClip(asked), request);
