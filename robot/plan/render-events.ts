/** What happens during an execution, one line an event, English or Chinese. */
import { type Facts, impossible, showCondition } from "../../core/index.js";
import type { Fault, GaveUp, PlanEvent } from "./events.js";
import { conditionName } from "./names.js";
import { renderPlan, renderReason, renderStep, renderUnderstanding } from "./render.js";
import type { Language } from "./tokens.js";

/** An event as text; a plan takes a line for each of its steps. */
export function renderEvent(event: PlanEvent, facts: Facts, language: Language): string {
  const en = language === "en";
  switch (event.kind) {
    case "understood":
      return `“${event.sentence}”\n${renderUnderstanding(event.understanding, facts, language)}`;
    case "planned": {
      const plan = renderPlan(event.plan, facts, language);
      if (event.because === null)
        return en ? `plan ${event.number}:\n${plan}` : `计划${event.number}：\n${plan}`;
      const why = renderFault(event.because, facts, language);
      return en ? `${why}; plan ${event.number}:\n${plan}` : `${why}；计划${event.number}：\n${plan}`;
    }
    case "started":
      return `${event.index + 1}. ${renderStep(event.step, facts, language)} …`;
    case "checked": {
      const mark = event.holds ? "✓" : "✗";
      const when = en ? event.when : { before: "之前", during: "期间", after: "之后" }[event.when];
      return `   ${mark} ${when}: ${showCondition(event.condition)}`;
    }
    case "ended": {
      const seconds = `${event.seconds.toFixed(1)} s`;
      if (event.fault === null) return en ? `   done in ${seconds}` : `   完成，${seconds}`;
      return `   ${renderFault(event.fault, facts, language)} (${seconds})`;
    }
    case "gave-up":
      return `${en ? "gave up" : "放弃"}: ${renderGaveUp(event.why, facts, language)}`;
    case "stopped":
      return `${en ? "stopped" : "已停止"}: ${event.reason}`;
    case "done":
      return en ? "done: every goal holds" : "完成：目标都已达到";
    default:
      return impossible(event);
  }
}

/** Why a step did not do what it should. */
export function renderFault(fault: Fault, facts: Facts, language: Language): string {
  const en = language === "en";
  const what = "condition" in fault ? conditionName(fault.condition, facts, language) : "";
  switch (fault.kind) {
    case "not-ready":
      return en ? `not ready: it is not so that ${what}` : `条件不满足：${what}`;
    case "violated":
      return en ? `broken off: no longer so that ${what}` : `中断：不再满足“${what}”`;
    case "missed":
      return en ? `without effect: it is not so that ${what}` : `没有达到：${what}`;
    case "timed-out":
      return en
        ? `after ${fault.seconds} s it is not so that ${what}`
        : `${fault.seconds}秒后仍未达到：${what}`;
    case "failed":
      return en ? `failed: ${fault.detail}` : `失败：${fault.detail}`;
    case "undone":
      return en ? `undone since: it is not so that ${what}` : `又被破坏：${what}`;
    case "blind":
      return en ? "nothing new is seen" : "看不到新的情况";
    default:
      return impossible(fault);
  }
}

/** Why an execution ended before its goals. */
export function renderGaveUp(why: GaveUp, facts: Facts, language: Language): string {
  const en = language === "en";
  switch (why.kind) {
    case "same-fault": {
      const fault = renderFault(why.fault, facts, language);
      const step = why.step === null ? "" : `${renderStep(why.step, facts, language)}: `;
      return en ? `${step}${fault}, ${why.times} times` : `${step}${fault}，已${why.times}次`;
    }
    case "too-many-plans":
      return en
        ? `${renderFault(why.fault, facts, language)}, after ${why.plans} plans`
        : `${renderFault(why.fault, facts, language)}，已试过${why.plans}个计划`;
    case "no-plan":
      return renderReason(why.reason, facts, language);
    case "blind":
      return en ? "nothing new is seen" : "看不到新的情况";
    default:
      return impossible(why);
  }
}
