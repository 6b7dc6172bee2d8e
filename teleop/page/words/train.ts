/** Words of Train. */
import { count } from "./count.js";

const en = {
  recipe: "Recipe",
  algorithm: "Method",
  trainSteps: "Steps",
  seed: "Seed",
  dataUsed: "Data used",
  dataOf: (takes: number, seconds: string) => `${count(takes, "take", "takes")}, ${seconds} s`,
  leftOut: (n: number) => `${n} left out: failed, excluded or not judged`,
  fewTakes: (n: number) => `20 takes is a good start; you have ${n}.`,
  treat: "Treat takes of people",
  treatExplain:
    "Smooths the commands, gives them a steady pace, mirrors the take, and starts the policy from less noise. The data set keeps what was recorded.",
  startTraining: "Train",
  stopTraining: "End training",
  trainingIdle: "Nothing trained in this tab yet",
  trainingLoading: "Loading ONNX Runtime",
  trainingRuns: (step: number, of: number) => `Step ${step} of ${of}`,
  trainingDone: (seconds: string) => `Trained in ${seconds} s`,
  trainingFailed: (reason: string) => `Training failed: ${reason}`,
  timeLeft: (seconds: string) => `${seconds} left`,
  loss: "Loss, mean since the last point",
  lossNow: (n: string) => `loss ${n}`,
  checkpoints: "Policies",
  checkpoint: (step: number) => `Step ${step}`,
  download: "Download",
  tryIt: "Try it",
  kilobytes: (n: number) => `${n} kB`,
  noPolicies: "No policies yet. Train one from your takes.",
  trainExplain:
    "Trains in this tab on ONNX Runtime (WebAssembly, one thread), by the code of the command line.",
};

const zh: typeof en = {
  recipe: "配方",
  algorithm: "方法",
  trainSteps: "步数",
  seed: "种子",
  dataUsed: "使用的数据",
  dataOf: (takes, seconds) => `${takes} 条，${seconds} s`,
  leftOut: (n) => `未使用 ${n} 条：失败、排除或未判定`,
  fewTakes: (n) => `20 条是个好的开始；现在有 ${n} 条。`,
  treat: "处理人工片段",
  treatExplain: "平滑命令、统一节奏、镜像片段，并让策略从更小的噪声开始。数据集保留原始录制。",
  startTraining: "开始训练",
  stopTraining: "结束训练",
  trainingIdle: "这个标签页还没有训练过",
  trainingLoading: "正在加载 ONNX Runtime",
  trainingRuns: (step, of) => `第 ${step} 步，共 ${of} 步`,
  trainingDone: (seconds) => `训练用时 ${seconds} s`,
  trainingFailed: (reason) => `训练失败：${reason}`,
  timeLeft: (seconds) => `剩余 ${seconds}`,
  loss: "损失，两点之间的平均",
  lossNow: (n) => `损失 ${n}`,
  checkpoints: "策略",
  checkpoint: (step) => `第 ${step} 步`,
  download: "下载",
  tryIt: "试一试",
  kilobytes: (n) => `${n} kB`,
  noPolicies: "还没有策略。用你的片段训练一个。",
  trainExplain: "在本标签页用 ONNX Runtime（WebAssembly，单线程）训练，与命令行是同一份代码。",
};

/** Both languages. */
export const TRAIN = { en, zh } as const;
