/** The report: everything a result holds is in it, everything from outside is escaped, and nothing is fetched. */
import { describe, expect, it } from "vitest";
import { renderReport } from "../../cli/report/html.js";
import type { DemoResult, Film } from "../../cli/report/result.js";
import { wilson } from "../../core/index.js";

const film: Film = {
  seed: 1000000,
  outcome: "dropped",
  seconds: 3.2,
  goal: "target red_cube",
  frames: [0, 1, 2].map((time) => ({
    time,
    objects: [
      {
        id: "red_cube",
        class: "cube",
        colour: "red",
        size: [0.04, 0.04, 0.04],
        pose: { position: [0.5, 0.1, 0.02], orientation: [0, 0, 0, 1] },
        uncertainty: { position: 0, rotation: 0 },
        time,
      },
    ],
    tool: { position: [0.5, 0, 0.2 - 0.05 * time], yaw: 0.1, width: 0.08 },
    base: null,
  })),
};

const video = {
  task: "lift",
  seed: 1000000,
  file: "videos/lift.mp4",
  poster: "videos/lift.jpg",
  type: "video/mp4",
  codec: "avc",
  bytes: 3,
  width: 480,
  height: 324,
  seconds: 3.2,
};

const result: DemoResult = {
  version: "0.1.0",
  date: "2026-11-24",
  command: "npm run demo",
  machine: { processor: "a <processor> & more", cores: 2, memory: 8e9, system: "linux x64", node: "20" },
  engine: "rapier3d 0.20.0",
  seconds: 200,
  shown: {
    task: "lift",
    maker: "operator-model",
    style: "expert",
    presses: 61,
    rewinds: 1,
    thrown: 0,
    dataset: "studio/lift",
    takes: [
      {
        seed: 7,
        success: true,
        seconds: 6.25,
        presses: 61,
        sentence: "lift <the> cube",
        film: "studio/lift/films/000000.jpg",
      },
    ],
  },
  stages: [{ name: "record lift", seconds: 3, reused: false, skipped: null }],
  tasks: [
    {
      task: "lift",
      robot: "panda",
      summary: "Lifts.",
      reset: "Anywhere.",
      horizon: 8,
      constants: "abc",
      demonstrations: { episodes: 1, frames: 60, seconds: 3, tried: 1, maker: "scripted:lift", lengths: [3] },
      training: {
        algorithm: "flow",
        steps: 100,
        parameters: 10,
        seed: 0,
        seconds: 1,
        curve: [
          { step: 50, loss: 1 },
          { step: 100, loss: 0.5 },
        ],
        checkpoints: [{ step: 100, rate: wilson(9, 10), chosen: true }],
        bytes: 1000,
        digest: "0123",
      },
      trials: [
        {
          label: "new layouts",
          rate: wilson(199, 200),
          failures: { dropped: 1 },
          seeds: { first: 1000000, last: 1000199, kind: "test" },
          conditions: "detector",
        },
      ],
      successes: 199,
      episodes: 200,
      films: [{ ...film, video }],
    },
  ],
  plans: [
    {
      sentence: '<script>alert("把方块")</script>',
      language: "zh",
      robot: "panda",
      server: "ros2-web-bridge",
      understood: "in(red_cube, left_bin)",
      outcome: "done",
      done: true,
      replans: 1,
      seconds: 12,
      film,
      steps: [
        {
          skill: "pick-place",
          arguments: { target: "red_cube", place: "left_bin" },
          by: "policy",
          outcome: "done",
          seconds: 5,
          checks: [{ when: "after", condition: "in(red_cube, left_bin)", holds: true }],
          loop: { ticks: 100, missed: 0 },
        },
      ],
    },
  ],
  peakMemory: 5e8,
};

const asked: string[] = [];
const html = renderReport(result, (path) => {
  asked.push(path);
  return Uint8Array.of(1, 2, 3);
});
const without = renderReport(
  {
    ...result,
    shown: null,
    stages: ["show by keys", "film rollouts"].map((name) => ({
      name,
      seconds: 0,
      reused: false,
      skipped: "no Chromium was found; sudo apt-get install -y chromium",
    })),
    tasks: result.tasks.map((task) => ({ ...task, films: [film] })),
  },
  () => null,
);

describe("the report", () => {
  it("shows the figures with their interval, seeds and failures", () => {
    for (const text of ["99.5 %", "199 of 200", "97.2 to 99.9 %", "test seeds 1000000–1000199", "1 dropped"])
      expect(html).toContain(text);
  });

  it("draws a film strip, a learning curve and a bar a figure, each with words for those who cannot see it", () => {
    expect(html.match(/<svg class="film"/g)).toHaveLength(2);
    expect(html.match(/<svg class="chart"/g)).toHaveLength(1);
    expect(html.match(/<svg class="rate"/g)).toHaveLength(1);
    expect(html.match(/<title>/g)!.length).toBeGreaterThanOrEqual(5);
    expect(html).not.toContain("NaN");
  });

  it("holds the videos of trials and the pictures of takes", () => {
    expect(asked.sort()).toEqual(["studio/lift/films/000000.jpg", "videos/lift.jpg", "videos/lift.mp4"]);
    expect(html).toMatch(
      /<video [^>]*aria-label="target red_cube: dropped[^>]* poster="data:image\/jpeg;base64,AQID" src="data:video\/mp4;base64,AQID"/,
    );
    expect(html).toContain('src="data:image/jpeg;base64,AQID"');
    for (const text of ["operator-model", "61 keys", "6.3 s", "took 1 step back", "studio/lift"])
      expect(html).toContain(text);
  });

  it("says why there are none, where there was no browser", () => {
    expect(without).not.toMatch(/<video|<img/);
    expect(without).toContain(
      "Drawn from above and from the side instead of filmed: no Chromium was found; sudo apt-get install -y chromium.",
    );
    expect(without).toContain("Not in this run: no Chromium was found; sudo apt-get install -y chromium.");
    expect(without.match(/<svg class="film"/g)).toHaveLength(2);
  });

  it("has both themes", () => {
    expect(html).toContain("prefers-color-scheme:dark");
    expect(html).not.toMatch(/(?:fill|stroke)="#fff/i);
  });

  it("shows plans with their checks", () => {
    expect(html).toContain("pick-place(red_cube, left_bin)");
    expect(html).toContain("in(red_cube, left_bin)");
    expect(html).toContain("planned again 1 times");
  });

  it("escapes what came from outside", () => {
    expect(html).not.toContain("<script");
    expect(html).not.toContain("<processor>");
    expect(html).toContain("把方块");
  });

  it("has no script and fetches nothing", () => {
    expect(html).not.toMatch(/\bhref\s*=|\bsrc="(?!data:)|url\(|@import|<link|<script|<iframe/i);
    expect(html).toContain("default-src 'none'");
  });
});
