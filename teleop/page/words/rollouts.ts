/** Words of Rollouts. */
import { count } from "./count.js";

const en = {
  policy: "Policy",
  openPolicy: "Open a file",
  noPolicy: "Train or open a policy.",
  trials: "Trials",
  trial: "Layout",
  result: "Result",
  time: "Time",
  outcomes: {
    success: "success",
    "timed-out": "timed out",
    missed: "missed",
    dropped: "dropped",
    "left-workspace": "left its area",
    "tipped-over": "tipped over",
    collided: "collided",
    disturbed: "disturbed another",
    "force-exceeded": "pressed too hard",
    running: "running",
  } as Readonly<Record<string, string>>,
  rate: (good: number, all: number, percent: number, low: number, high: number) =>
    `${good} of ${all}, ${percent} %, 95 % ${low}–${high}`,
  noTrials: "No trials yet. The policy has not driven here.",
  startTrials: (n: number) => `Run ${count(n, "trial", "trials")}`,
  driveOne: "Drive and record",
  endPolicy: "End",
  watch: "Watch again",
  backToLive: "Back to the robot",
  corrections: "Takes with your corrections are kept in Episodes and can be trained on.",
  policyLoading: "Loading the policy",
  interval: "95 % interval (Wilson)",
};

const zh: typeof en = {
  policy: "策略",
  openPolicy: "打开文件",
  noPolicy: "请先训练或打开一个策略。",
  trials: "试验",
  trial: "布局",
  result: "结果",
  time: "时间",
  outcomes: {
    success: "成功",
    "timed-out": "超时",
    missed: "没夹到",
    dropped: "掉落",
    "left-workspace": "离开活动范围",
    "tipped-over": "翻倒",
    collided: "碰撞",
    disturbed: "碰动其他物体",
    "force-exceeded": "用力过大",
    running: "进行中",
  },
  rate: (good, all, percent, low, high) => `${all} 次中 ${good} 次，${percent} %，95 % ${low}–${high}`,
  noTrials: "还没有试验，策略还没在这里驾驶过。",
  startTrials: (n) => `运行 ${n} 次`,
  driveOne: "驾驶并录制",
  endPolicy: "结束",
  watch: "重看",
  backToLive: "回到机器人",
  corrections: "含有你修正的片段保存在“片段”中，可用于训练。",
  policyLoading: "正在加载策略",
  interval: "95 % 区间（Wilson）",
};

/** Both languages. */
export const ROLLOUTS = { en, zh } as const;
