/**
 * The report: one HTML file without script or network that prints on a few pages. Text and figures only from a
 * `DemoResult`; everything that came from outside is escaped.
 */
import { formatRate } from "../../core/index.js";
import { formatBytes, formatSeconds } from "../terminal.js";
import { drawCurve, drawLengths, drawRate } from "./charts.js";
import { drawFilm } from "./film.js";
import type { DemoResult, PlanResult, TaskResult } from "./result.js";
import { escapeText as e, INK } from "./svg.js";

export function renderReport(result: DemoResult): string {
  const done = result.plans.filter((plan) => plan.done).length;
  const worst = result.tasks.reduce((low, task) => Math.min(low, task.successes / task.episodes), 1);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
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
<tbody>${result.tasks.flatMap((task) => task.trials.map((trial, i) => `<tr${i === 0 ? ' class="first"' : ""}><td>${i === 0 ? `<b>${e(task.task)}</b>` : ""}</td><td>${e(trial.label)}<small>${e(trial.seeds.kind)} seeds ${trial.seeds.first}–${trial.seeds.last}, ${e(trial.conditions)}</small></td><td class="num"><b>${(100 * trial.rate.rate).toFixed(1)} %</b><small>${trial.rate.successes} of ${trial.rate.episodes}</small></td><td>${drawRate(trial.rate)}<small>${(100 * trial.rate.low).toFixed(1)} to ${(100 * trial.rate.high).toFixed(1)} %</small></td><td>${failures(trial.failures)}</td></tr>`)).join("")}</tbody>
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

${result.tasks.map(drawTask).join("")}

<section>
<h2>Time and machine</h2>
<table>
<thead><tr><th>Stage</th><th class="num">Time</th></tr></thead>
<tbody>${result.stages.map((stage) => `<tr><td>${e(stage.name)}${stage.skipped === null ? "" : `<small>skipped: ${e(stage.skipped)}</small>`}</td><td class="num">${stage.skipped !== null ? "–" : stage.reused ? "already there" : e(formatSeconds(stage.seconds))}</td></tr>`).join("")}</tbody>
</table>
<dl>
<dt>Machine</dt><dd>${e(result.machine.processor)}, ${result.machine.cores} cores, ${e(formatBytes(result.machine.memory))}, ${e(result.machine.system)}, Node ${e(result.machine.node)}</dd>
<dt>Memory at most</dt><dd>${e(formatBytes(result.peakMemory))} over all processes</dd>
<dt>Simulator</dt><dd>${e(result.engine)}</dd>
<dt>Made by</dt><dd><code>${e(result.command)}</code></dd>
</dl>
</section>
</main>
</body>
</html>
`;
}

function drawTask(task: TaskResult): string {
  const { demonstrations: demos, training } = task;
  return `<section>
<h2>${e(task.task)} <small>${e(task.robot)}</small></h2>
<p>${e(task.summary)} ${e(task.reset)} Horizon ${task.horizon} s.</p>
<div class="films">${task.films.map((film) => `<figure>${drawFilm(film)}<figcaption><b class="${film.outcome === "success" ? "ok" : "bad"}">${film.outcome === "success" ? "✓" : "✗"} ${e(film.outcome)}</b> ${e(film.goal)} <span>seed ${film.seed}, ${film.seconds.toFixed(1)} s</span></figcaption></figure>`).join("")}${task.films.every((film) => film.outcome === "success") ? '<p class="note">No failure to show: none of these trials failed.</p>' : ""}</div>
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

function drawPlan(plan: PlanResult): string {
  const skills = plan.steps.map(
    (step, i) => `<li class="${step.outcome === "done" ? "done" : "failed"}">
<div class="step"><b>${i + 1}. ${e(step.skill)}${Object.keys(step.arguments).length > 0 ? `(${e(Object.values(step.arguments).join(", "))})` : ""}</b><span class="by ${step.by}">${step.by === "policy" ? "learned policy" : "motion primitive"}</span><span>${step.seconds.toFixed(1)} s${step.loop === null ? "" : `, ${step.loop.ticks} ticks, ${step.loop.missed} missed`}</span></div>
<div class="checks">${step.checks.map((check) => `<span class="${check.holds ? "ok" : "bad"}" title="${check.when}">${check.holds ? "✓" : "✗"} <i>${check.when}</i> ${e(check.condition)}</span>`).join("")}${step.outcome === "done" ? "" : `<span class="bad">${e(step.outcome)}</span>`}</div></li>`,
  );
  return `<article class="plan">
<p class="said" lang="${plan.language}">“${e(plan.sentence)}”</p>
<p class="note">${e(plan.robot)} twin over rosbridge, as ${e(plan.server)} · understood as ${e(plan.understood)} · <b class="${plan.done ? "ok" : "bad"}">${e(plan.outcome)}</b> in ${e(formatSeconds(plan.seconds))}${plan.replans > 0 ? `, planned again ${plan.replans} times` : ""}</p>
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

const STYLE = `
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:${INK.page};color:${INK.text};font:15px/24px -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans","Liberation Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums;-webkit-font-smoothing:antialiased}
main{max-width:784px;margin:0 auto;padding:32px 16px 64px}
header,section{background:${INK.surface};border:1px solid ${INK.line};border-radius:14px;padding:28px 32px;margin:0 0 12px;box-shadow:0 1px 2px #3a342a14}
.logo{width:34px;height:34px;float:right}
.kicker,.note,small,figcaption span{color:${INK.faint};font-size:12.5px;line-height:18px}
.kicker{margin:0 0 10px}
h1{font-size:27px;line-height:34px;letter-spacing:-.015em;margin:0 0 10px;max-width:22em;font-weight:650}
h2{font-size:19px;line-height:26px;margin:0 0 10px;letter-spacing:-.01em;font-weight:650}
h2 small{font-weight:400;margin-left:6px}
h3{font-size:13px;line-height:20px;margin:0 0 6px;font-weight:600}
p{margin:0 0 12px}
.lead{color:${INK.soft}}
.flow{display:flex;flex-wrap:wrap;gap:4px 0;font-size:12.5px;line-height:24px;margin-top:16px}
.flow span{padding:0 10px;background:${INK.shade};border-radius:8px}
.flow span+span{margin-left:14px;position:relative}
.flow span+span::before{content:"→";position:absolute;left:-14px;color:${INK.faint}}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:20px;margin:0 0 12px}
th{text-align:left;font-weight:500;color:${INK.faint};font-size:12.5px;padding:4px 12px 6px 0;border-bottom:1px solid ${INK.line}}
td{padding:8px 12px 8px 0;vertical-align:top}
tr.first td{border-top:1px solid ${INK.line}}
tbody tr:first-child td{border-top:0}
td small{display:block}
.num{text-align:right;white-space:nowrap}
.rate{width:150px;height:14px;display:block;margin:3px 0}
.chart{width:100%;max-width:360px;display:block}
.lengths{width:150px;display:block;margin-top:8px}
.film{width:100%;display:block;margin:0 0 4px}
svg .t{font-size:8.5px;fill:${INK.faint}}
.chart .t,.lengths .t{font-size:9.5px}
figure{margin:0 0 14px}
figcaption{font-size:13px;line-height:20px;color:${INK.soft}}
.ok{color:${INK.ok}}.bad{color:${INK.danger}}
.pair{display:grid;grid-template-columns:5fr 7fr;gap:28px;margin-top:8px}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 14px;font-size:13px;line-height:20px;margin:6px 0 0}
dt{color:${INK.faint}}dd{margin:0}
code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:${INK.shade};padding:1px 6px;border-radius:5px}
.plan{padding:14px 0 6px;border-top:1px solid ${INK.line}}
.plan:first-of-type{border-top:0;padding-top:0}
.said{font-size:17px;line-height:24px;margin:0 0 2px;color:${INK.plan}}
ol{list-style:none;margin:8px 0 0;padding:0}
li{padding:6px 0 6px 12px;border-left:3px solid ${INK.ok};margin:0 0 6px}
li.failed{border-color:${INK.danger}}
.step{display:flex;flex-wrap:wrap;gap:2px 12px;font-size:13.5px;line-height:20px;align-items:baseline}
.step span{color:${INK.faint};font-size:12.5px}
.by.policy{color:${INK.policy}}
.checks{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:12.5px;line-height:19px}
.checks i{font-style:normal;color:${INK.faint}}
@media (max-width:640px){header,section{padding:20px 16px}.pair{grid-template-columns:1fr}table.wide{display:block;overflow-x:auto}}
@media print{body{background:#fff}main{padding:0;max-width:none}header,section{border:0;box-shadow:none;padding:8px 0;break-inside:avoid-page}}
`;
