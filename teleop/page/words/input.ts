/** Words of what drives: keys, gripper, speed, the sheet of keys. */

/** Keys of one kind: what is written on them, and what they do. */
export interface KeyGroup {
  readonly name: string;
  readonly keys: readonly (readonly [string, string])[];
}

const en = {
  keyboard: "Keyboard",
  gamepad: "Gamepad",
  frame: "Frame of motion",
  frames: { view: "View", world: "World", tool: "Tool" },
  move: "Move",
  turn: "Turn",
  keys: {
    up: "up",
    down: "down",
    away: "away",
    near: "near",
    left: "left",
    right: "right",
    forward: "ahead",
    back: "back",
    yawMinus: "yaw −",
    yawPlus: "yaw +",
    turnLeft: "turn",
    turnRight: "turn",
  },
  gripper: "Gripper",
  brake: "Brake",
  gripperOpen: (mm: number) => `${mm} mm · open`,
  gripperClosed: (mm: number) => `${mm} mm · closed`,
  gripperHolds: (mm: number) => `${mm} mm · on object`,
  space: "Space",
  shift: "Shift",
  fine: "Fine, one quarter",
  speed: "Speed",
  mmPerSecond: (n: number) => `${n} mm/s`,
  mPerSecond: (n: string) => `${n} m/s`,
  slower: "Slower (−)",
  faster: "Faster (+)",
  pads: "Touch pads",
  keySheet: "Keys",
  close: "Close",
  keyGroups: [
    {
      name: "Drive, while the scene has the focus",
      keys: [
        ["W A S D", "away, left, near, right; a base drives and turns"],
        ["Q E", "up, down"],
        ["J L", "turn the hand"],
        ["Space", "gripper; a base brakes"],
        ["Shift", "a quarter of the speed"],
        ["− =", "slower, faster"],
        ["F", "frame: view, world, tool"],
        ["Esc", "stop the robot, anywhere"],
      ],
    },
    {
      name: "Record",
      keys: [
        ["R", "start, pause, go on"],
        ["Enter", "end the take, keep it"],
        ["Backspace", "go back 3 s; hold for more"],
        ["Shift Backspace", "bring back what was cut"],
        ["Del", "throw away; Z takes that back"],
        ["1 2", "success, fail"],
        ["N", "new layout"],
        ["T", "take over from a policy, hand back"],
      ],
    },
    {
      name: "Picture",
      keys: [
        ["← → ↑ ↓", "turn"],
        ["PgUp PgDn", "nearer, farther"],
        ["V", "next view; Shift V the one before"],
        ["Home", "back to the view"],
      ],
    },
    {
      name: "Episodes",
      keys: [
        ["↑ ↓", "other take"],
        ["← →", "frame by frame"],
        ["Space", "play, pause"],
        ["X", "exclude"],
        ["Ctrl Z", "undo; with Shift redo"],
      ],
    },
  ] as readonly KeyGroup[],
};

const zh: typeof en = {
  keyboard: "键盘",
  gamepad: "手柄",
  frame: "运动坐标系",
  frames: { view: "视角", world: "世界", tool: "工具" },
  move: "移动",
  turn: "转动",
  keys: {
    up: "上",
    down: "下",
    away: "远",
    near: "近",
    left: "左",
    right: "右",
    forward: "前进",
    back: "后退",
    yawMinus: "偏航 −",
    yawPlus: "偏航 +",
    turnLeft: "左转",
    turnRight: "右转",
  },
  gripper: "夹爪",
  brake: "刹车",
  gripperOpen: (mm) => `${mm} mm · 张开`,
  gripperClosed: (mm) => `${mm} mm · 闭合`,
  gripperHolds: (mm) => `${mm} mm · 夹住物体`,
  space: "空格",
  shift: "Shift",
  fine: "微调，四分之一速",
  speed: "速度",
  mmPerSecond: (n) => `${n} mm/s`,
  mPerSecond: (n) => `${n} m/s`,
  slower: "减速（−）",
  faster: "加速（+）",
  pads: "触控板",
  keySheet: "按键",
  close: "关闭",
  keyGroups: [
    {
      name: "驾驶（场景获得焦点时）",
      keys: [
        ["W A S D", "远、左、近、右；底盘为行驶与转向"],
        ["Q E", "上、下"],
        ["J L", "转动手部"],
        ["Space", "夹爪；底盘为刹车"],
        ["Shift", "四分之一速"],
        ["− =", "减速、加速"],
        ["F", "坐标系：视角、世界、工具"],
        ["Esc", "停止机器人，任何地方都有效"],
      ],
    },
    {
      name: "录制",
      keys: [
        ["R", "开始、暂停、继续"],
        ["Enter", "结束这一条，保留"],
        ["Backspace", "回退 3 s；按住继续回退"],
        ["Shift Backspace", "恢复被剪掉的部分"],
        ["Del", "丢弃；按 Z 撤销"],
        ["1 2", "成功、失败"],
        ["N", "新布局"],
        ["T", "从策略接管，交还"],
      ],
    },
    {
      name: "画面",
      keys: [
        ["← → ↑ ↓", "转动"],
        ["PgUp PgDn", "靠近、远离"],
        ["V", "下一个视角；Shift V 上一个"],
        ["Home", "回到该视角"],
      ],
    },
    {
      name: "片段",
      keys: [
        ["↑ ↓", "其他片段"],
        ["← →", "逐帧"],
        ["Space", "播放、暂停"],
        ["X", "排除"],
        ["Ctrl Z", "撤销；加 Shift 为重做"],
      ],
    },
  ],
};

/** Both languages. */
export const INPUT = { en, zh } as const;
