/**
 * Refusals of the simulation and of files in the page's languages: what happened, and what one can do. They come as a
 * place, a rule and a value, in English and for the log; what is not known here is shown as it came.
 */
import type { Language } from "./index.js";

interface Refusal {
  readonly pattern: RegExp;
  readonly en: (...parts: string[]) => string;
  readonly zh: (...parts: string[]) => string;
}

const REFUSALS: readonly Refusal[] = [
  {
    pattern: /a take in progress must be kept or thrown away first/,
    en: () => "A take is in progress. Nothing was changed. Keep it or throw it away first.",
    zh: () => "有一条正在录制，没有任何改变。请先保留或丢弃它。",
  },
  {
    pattern: /^policy: must fit this task: (.+?)(?:, got .*)?$/s,
    en: (why) =>
      `This policy is of another task or robot, so it was not started: ${why}. Choose another one.`,
    zh: (why) => `这个策略属于别的任务或机器人，没有启动：${why}。请换一个策略。`,
  },
  {
    pattern: /^policy: must have been sent/,
    en: () => "The policy is not loaded yet, so nothing was started. Try again in a moment.",
    zh: () => "策略还没有加载好，没有启动。请稍后再试。",
  },
  {
    pattern: /the policy failed: (.+)/s,
    en: (why) => `The policy failed and the robot was stopped: ${why}`,
    zh: (why) => `策略出错，机器人已停止：${why}`,
  },
  {
    pattern: /no (?:room|space)|ENOSPC|QuotaExceeded|quota|disk is full/i,
    en: () => "Storage is full. The take is still in memory. Make room, then keep it again.",
    zh: () => "存储空间已满，这一条仍在内存中。请腾出空间后再次保留。",
  },
  {
    pattern: /another (?:tab|program|process|writer)|already open|must not be locked|has it open/i,
    en: () =>
      "Another tab or program writes to this data set. You can drive here, but takes are not stored. Close the other one and reload.",
    zh: () => "另一个标签页或程序正在写入这个数据集。可以驾驶，但录制不会保存。请关闭它并重新加载。",
  },
  {
    pattern: /contract.*(?:differs|must be|another)|must have the same contract/i,
    en: () =>
      "This data set was recorded for another robot or task, so nothing was stored in it. Open another folder.",
    zh: () => "这个数据集是为别的机器人或任务录制的，没有写入。请打开另一个文件夹。",
  },
  {
    pattern: /(?:Failed to fetch|NetworkError|fetch failed|Load failed)/i,
    en: () =>
      "The program behind this page does not answer. What was kept is safe. Start it again, then reload.",
    zh: () => "页面背后的程序没有应答，已保留的内容是安全的。请重新启动它，然后刷新页面。",
  },
  {
    pattern: /onnx|model|protobuf|metadata/i,
    en: () =>
      "This file is not a policy of Apprentice, so it was not opened. Choose an .onnx file that it exported.",
    zh: () => "这个文件不是 Apprentice 的策略，没有打开。请选择它导出的 .onnx 文件。",
  },
];

/** A refusal as a person is told it. */
export function refusalWords(language: Language, reason: string): string {
  for (const { pattern, en, zh } of REFUSALS) {
    const found = pattern.exec(reason);
    if (found !== null) return (language === "zh" ? zh : en)(...found.slice(1));
  }
  return reason;
}
