/**
 * The report: one HTML file without script or network that prints on a few pages. Text and figures only from a
 * `DemoResult`, pictures and videos from the files it names, put into the page; everything that came from outside is
 * escaped.
 */
import { formatRate } from "../../core/index.js";
import { formatBytes, formatSeconds } from "../terminal.js";
import { drawCurve, drawLengths, drawRate } from "./charts.js";
import { dataUri, type ReadFile, skippedBecause } from "./files.js";
import { BESIDE, drawFilm } from "./film.js";
import type { DemoResult, Film, PlanResult, TaskResult } from "./result.js";
import { drawShown } from "./shown.js";
import { STYLE } from "./style.js";
import { escapeText as e, INK } from "./svg.js";

/** The report of a run. */
export function renderReport(result: DemoResult, read: ReadFile): string {
  const done = result.plans.filter((plan) => plan.done).length;
  const worst = result.tasks.reduce((low, task) => Math.min(low, task.successes / task.episodes), 1);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:">
<title>Apprentice: from demonstrations to a robot that does as told</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
${LOGO}
<p class="kicker">Apprentice ${e(result.version)} · report of ${e(result.date)}</p>
<h1>${result.tasks.length} skills learned from demonstrations, ${done} of ${result.plans.length} commands carried out</h1>
<p class="lead">${result.tasks.map((task) => `${e(task.task)} ${(100 * (task.successes / task.episodes)).toFixed(1)} %`).join(" · ")} on test seeds; the weakest stands at ${(100 * worst).toFixed(1)} %. ${took(result)} on ${result.machine.cores} cores, without a GPU.</p>
<div class="flow">${["demonstrate", "record", "train", "roll out", "tell in words", "act over ROS 2", "check"].map((word) => `<span>${word}</span>`).join("")}</div>
</header>

<section>
<h2>Success</h2>
<table class="wide">
<thead><tr><th>Skill</th><th>Where</th><th class="num">Success</th><th>95 % interval</th><th>Failures</th></tr></thead>
<tbody>${result.tasks.flatMap((task) => task.trials.map((trial, i) => `<tr${i === 0 ? ' class="first"' : ""}><td class="name whole">${i === 0 ? `<b>${e(task.task)}</b>` : ""}</td><td class="whole">${e(trial.label)}<small>${e(trial.seeds.kind)} seeds ${trial.seeds.first}–${trial.seeds.last}, ${e(trial.conditions)}</small></td><td class="num"><b>${(100 * trial.rate.rate).toFixed(1)} %</b><small>${trial.rate.successes} of ${trial.rate.episodes}</small></td><td>${drawRate(trial.rate)}<small>${(100 * trial.rate.low).toFixed(1)} to ${(100 * trial.rate.high).toFixed(1)} %</small></td><td class="name whole">${failures(trial.failures)}</td></tr>`)).join("")}</tbody>
</table>
<p class="note">One training seed. Demonstrations come from seeds below 100,000, checkpoints are chosen on 100,000 to 199,999, test results stand on seeds from 1,000,000 up. Scripted demonstrations are called scripted.</p>
</section>

<section>
<h2>Told in words</h2>
${result.plans
  .filter((plan) => isFirst(plan, result.plans))
  .map(drawPlan)
  .join("")}
${drawOthers(result.plans.filter((plan) => !isFirst(plan, result.plans)))}
</section>

${drawShown(result, read)}

${result.tasks.map((task) => drawTask(task, result, read)).join("")}

<section>
<h2>Time and machine</h2>
<table>
<thead><tr><th>Stage</th><th class="num">Time</th></tr></thead>
<tbody>${result.stages.map((stage) => `<tr><td>${e(stage.name)}${stage.skipped === null ? "" : `<small>skipped: ${e(stage.skipped)}</small>`}</td><td class="num">${stage.skipped !== null ? "–" : stage.reused ? "already there" : e(formatSeconds(stage.seconds))}</td></tr>`).join("")}</tbody>
</table>
<dl>
<dt>Machine</dt><dd>${e(result.machine.processor)}, ${result.machine.cores} cores, ${e(formatBytes(result.machine.memory))}, ${e(result.machine.system)}, Node ${e(result.machine.node)}</dd>
<dt>Memory at most</dt><dd>${e(formatBytes(result.peakMemory))}, without the browser</dd>
<dt>Simulator</dt><dd>${e(result.engine)}</dd>
<dt>Made by</dt><dd><code>${e(result.command)}</code></dd>
</dl>
</section>
</main>
</body>
</html>
`;
}

function drawFigure(film: Film, read: ReadFile): string {
  const { video } = film;
  const bytes = video === null || video === undefined ? null : read(video.file);
  const caption = `<figcaption><b class="${film.outcome === "success" ? "ok" : "bad"}">${film.outcome === "success" ? "✓" : "✗"} ${e(film.outcome)}</b> ${e(film.goal)} <span>seed ${film.seed}, ${film.seconds.toFixed(1)} s</span></figcaption>`;
  if (video === null || video === undefined || bytes === null)
    return `<figure>${drawFilm(film)}${caption}</figure>`;
  const about = `${film.goal}: ${film.outcome} after ${film.seconds.toFixed(1)} s`;
  const still = read(video.poster);
  const poster = still === null ? "" : ` poster="${dataUri("image/jpeg", still)}"`;
  return `<figure><div class="beside"><video controls muted loop playsinline width="${video.width}" height="${video.height}" aria-label="${e(about)}"${poster} src="${dataUri(video.type, bytes)}"></video>${drawFilm(film, BESIDE)}</div>${caption}</figure>`;
}

function drawTask(task: TaskResult, result: DemoResult, read: ReadFile): string {
  const { demonstrations: demos, training } = task;
  const unfilmed = skippedBecause(result, "film rollouts");
  return `<section>
<h2>${e(task.task)} <small>${e(task.robot)}</small></h2>
<p>${e(task.summary)} ${e(sentence(task.reset))} Horizon ${task.horizon} s.</p>
<div class="films">${task.films.map((film) => drawFigure(film, read)).join("")}${task.films.every((film) => film.outcome === "success") ? '<p class="note">No failure to show: none of these trials failed.</p>' : ""}${unfilmed === null ? "" : `<p class="note">Drawn from above and from the side instead of filmed: ${e(unfilmed)}.</p>`}</div>
<div class="pair">
<div><h3>Demonstrations</h3>
<dl><dt>Episodes</dt><dd>${demos.episodes} (${demos.tried} begun)</dd><dt>Frames</dt><dd>${demos.frames.toLocaleString("en")}, ${e(formatSeconds(demos.seconds))} of robot time</dd><dt>Maker</dt><dd>${e(demos.maker)}</dd></dl>
${drawLengths(demos.lengths)}</div>
<div><h3>Training</h3>
${drawCurve(task)}
<dl><dt>Method</dt><dd>${e(training.algorithm)}, ${training.parameters.toLocaleString("en")} parameters, seed ${training.seed}</dd><dt>Time</dt><dd>${e(formatSeconds(training.seconds))} with the choice of the checkpoint</dd><dt>ONNX file</dt><dd>${(training.bytes / 1024).toFixed(0)} KiB, sha256 ${e(training.digest)}…</dd></dl></div>
</div>
</section>`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function drawPlan(plan: PlanResult): string {
  const skills = plan.steps.map(
    (step, i) => `<li class="${step.outcome === "done" ? "done" : "failed"}">
<div class="step"><b>${i + 1}. ${e(step.skill)}${Object.keys(step.arguments).length > 0 ? `(${e(Object.values(step.arguments).join(", "))})` : ""}</b><span class="by ${step.by}">${step.by === "policy" ? "learned policy" : "motion primitive"}</span><span>${step.seconds.toFixed(1)} s${step.loop === null ? "" : `, ${step.loop.ticks} ticks, ${step.loop.missed} missed`}</span></div>
<div class="checks">${step.checks.map((check) => `<span class="${check.holds ? "ok" : "bad"}" title="${check.when}">${check.holds ? "✓" : "✗"} <i>${check.when}</i> ${e(check.condition)}</span>`).join("")}${step.outcome === "done" ? "" : `<span class="bad">${e(step.outcome)}</span>`}</div></li>`,
  );
  return `<article class="plan">
<p class="said" lang="${plan.language}">“${e(plan.sentence)}”</p>
<p class="note">${e(plan.robot)} twin over rosbridge, as ${e(plan.server)}${plan.understood === "" ? "" : ` · understood as ${e(plan.understood)}`} · <b class="${plan.done ? "ok" : "bad"}">${e(plan.outcome)}</b> in ${e(formatSeconds(plan.seconds))}${plan.replans > 0 ? `, planned again ${plan.replans} times` : ""}</p>
${plan.film === null ? "" : drawFilm(plan.film)}
<ol>${skills.join("")}</ol>
</article>`;
}

/** How long it took, without claiming as this run's what an earlier one had done. */
function took({ stages, seconds }: DemoResult): string {
  const reused = stages.filter((stage) => stage.reused).length;
  const time = e(formatSeconds(seconds));
  return reused === 0
    ? `Everything was recorded, trained, tried and told in ${time}`
    : `${reused} of ${stages.length} stages were there from an earlier run, the rest took ${time}`;
}

/** Each sentence is shown whole once; behind other servers it stands in a table. */
const isFirst = (plan: PlanResult, plans: readonly PlanResult[]): boolean =>
  plans.find((each) => each.sentence === plan.sentence && each.robot === plan.robot) === plan;

function drawOthers(plans: readonly PlanResult[]): string {
  if (plans.length === 0) return "";
  const rows = plans.map((plan) => {
    const checks = plan.steps.flatMap((step) => step.checks);
    const good = checks.filter((check) => check.holds).length;
    return `<tr><td lang="${plan.language}">${e(plan.sentence)}<small>${e(plan.steps.map((step) => step.skill).join(" → "))}</small></td><td>${e(plan.server)}</td><td class="${plan.done ? "ok" : "bad"}">${e(plan.outcome)}</td><td class="num">${good} of ${checks.length} checks</td><td class="num">${e(formatSeconds(plan.seconds))}</td></tr>`;
  });
  return `<h3>The same words behind other servers</h3><table><thead><tr><th>Sentence</th><th>Server</th><th>Outcome</th><th class="num">Checks</th><th class="num">Time</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

const failures = (kinds: Readonly<Record<string, number>>): string => {
  const list = Object.entries(kinds).filter(([, count]) => count > 0);
  return list.length === 0 ? "none" : list.map(([kind, count]) => `${count} ${e(kind)}`).join(", ");
};

/** The headline of a task for the last screen. */
export const headline = (task: TaskResult): string => formatRate(task.trials[0]!.rate);

const LOGO = `<svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 20h8M8 20v-4l-2.5-6L11 5l6.5 3.5M17.5 8.5l3 2.5M17.5 8.5v3.8" fill="none" stroke="${INK.you}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/><circle cx="11" cy="5" r="1.8" fill="${INK.you}"/><circle cx="5.5" cy="10" r="1.8" fill="${INK.you}"/></svg>`;
