/**
 * What every device promises, whatever it is, and what each does in particular. Inputs are plain events with times,
 * as a page would make them.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Action,
  type Body,
  DEVICES,
  type DeviceInput,
  deviceByName,
  endsMotion,
  type Hand,
  type Held,
  type Intent,
  isStill,
  jointSpeedOf,
  KEY_MAPS,
  keyboardWith,
  remap,
  SPEEDS,
  STILL,
  THROW_AWAY_HOLD,
} from "../../teleop/index.js";

type Timed = readonly [at: number, input: DeviceInput];

const key = (
  code: string,
  down: boolean,
  more: Partial<DeviceInput & { kind: "key" }> = {},
): DeviceInput => ({
  kind: "key",
  code,
  down,
  repeat: false,
  shift: false,
  modified: false,
  ...more,
});
const HAND: Hand = { position: [0.5, 0, 0.2], yaw: 0, width: 0.08 };
/** Keys are pressed once, not held. */
const ONE_HAND: DeviceInput = { kind: "habits", habits: { sticky: true, patience: 1 } };
const axes = (...values: number[]): DeviceInput => ({
  kind: "gamepad",
  mapping: "standard",
  axes: values,
  buttons: new Array(16).fill(0),
});
const buttons = (...pressed: number[]): DeviceInput => ({
  kind: "gamepad",
  mapping: "standard",
  axes: [0, 0, 0, 0],
  buttons: Array.from({ length: 16 }, (_, i) => (pressed.includes(i) ? 1 : 0)),
});
const pad = (which: "left" | "right", phase: "down" | "move" | "up", x: number, y: number): DeviceInput => ({
  kind: "pad",
  pad: which,
  phase,
  finger: 1,
  x,
  y,
});
/** straight down at a point of the table */
const over = (x: number, y: number): DeviceInput & { kind: "drag" } => ({
  kind: "drag",
  fine: false,
  ray: { origin: [x, y, 2], direction: [0, 0, -1] },
});

/** How each device is made to drive away from the robot's base as fast as it can, and how it is let go. */
const AWAY: Readonly<Record<string, { readonly drive: readonly Timed[]; readonly release: DeviceInput }>> = {
  keyboard: { drive: [[0, key("KeyW", true)]], release: key("KeyW", false) },
  gizmo: {
    drive: [
      [0, { kind: "hand", hand: HAND }],
      [0, { kind: "grab", handle: "move-xy", ray: over(0.5, 0).ray }],
      [0.02, over(3, 0)],
    ],
    release: { kind: "drop" },
  },
  gamepad: { drive: [[0, axes(0, -1, 0, 0)]], release: axes(0, 0, 0, 0) },
  touch: {
    drive: [
      [0, pad("left", "down", 0, 0)],
      [0.02, pad("left", "move", 0, -100)],
    ],
    release: pad("left", "up", 0, -100),
  },
};

function play(device: Held, inputs: readonly Timed[]): { device: Held; actions: Action[]; at: number } {
  const actions: Action[] = [];
  let [now, at] = [device, 0];
  for (const [time, input] of inputs) {
    const taken = now.take(input, time);
    now = taken.device;
    at = time;
    actions.push(...taken.actions);
  }
  return { device: now, actions, at };
}

/** Inputs of every kind, in any order. */
const anyInput: fc.Arbitrary<DeviceInput> = fc.oneof(
  fc.record({
    kind: fc.constant("key" as const),
    code: fc.constantFrom(
      ...Object.keys(KEY_MAPS.arm),
      ...Object.keys(KEY_MAPS.base),
      "ShiftLeft",
      "MetaLeft",
    ),
    down: fc.boolean(),
    repeat: fc.boolean(),
    shift: fc.boolean(),
    modified: fc.boolean(),
  }),
  fc.constant<DeviceInput>({ kind: "lost" }),
  fc.constant<DeviceInput>({ kind: "unlatch" }),
  fc
    .tuple(fc.boolean(), fc.constantFrom(0.5, 1, 4))
    .map(([sticky, patience]): DeviceInput => ({ kind: "habits", habits: { sticky, patience } })),
  fc.double({ min: -4, max: 4, noNaN: true }).map((azimuth): DeviceInput => ({ kind: "view", azimuth })),
  fc.constant<DeviceInput>({ kind: "hand", hand: HAND }),
  fc
    .constantFrom("move-x", "move-zx", "move-view", "turn-z", "turn-x")
    .map((handle): DeviceInput => ({ kind: "grab", handle: handle as "move-x", ray: over(0.5, 0.1).ray })),
  fc
    .tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.boolean())
    .map(([x, fine]) => ({ ...over(x, 0), fine })),
  fc.constant<DeviceInput>({ kind: "drop" }),
  fc
    .tuple(
      fc.constantFrom("left", "right"),
      fc.constantFrom("down", "move", "up"),
      fc.integer({ min: -200, max: 200 }),
    )
    .map(([which, phase, y]) => pad(which as "left", phase as "down", y / 2, y)),
  fc
    .tuple(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 4 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 16 }),
      fc.constantFrom("standard", ""),
    )
    .map(([a, b, mapping]): DeviceInput => ({ kind: "gamepad", axes: a, buttons: b, mapping })),
  fc.constant<DeviceInput>({ kind: "gamepad-gone" }),
);

const cases = DEVICES.flatMap((device) => device.bodies.map((body) => [device.name, body] as const));

describe.each(cases)("every device: %s for an %s", (name, body: Body) => {
  const begin = (): Held => deviceByName(name).begin(body, body === "arm" ? 7 : 0);
  const { drive, release } = AWAY[name]!;

  it("asks for nothing before it is touched", () => {
    expect(isStill(begin().intent(0))).toBe(true);
    expect(begin().intent(0).gripper).toBeNull();
  });

  it("drives away from the robot at its speed in m/s, along one axis", () => {
    const { device, at } = play(begin(), drive);
    const { linear, frame } = device.intent(at);
    expect(frame).toBe("base");
    expect(linear[0]).toBeCloseTo(SPEEDS[body][(device.speed ?? 0) - 1]?.linear ?? linear[0], 9);
    expect(linear[0]).toBeGreaterThan(0.1);
    expect(linear.slice(1)).toEqual([0, 0]);
    expect(Math.abs(device.intent(at).angular[2])).toBe(0);
  });

  it("holds when let go", () => {
    const { device, at } = play(begin(), drive);
    expect(isStill(device.take(release, at + 0.01).device.intent(at + 0.01))).toBe(true);
  });

  it.each<[string, DeviceInput]>([
    ["its input is lost", { kind: "lost" }],
    ["a person chooses to hold keys otherwise", ONE_HAND],
  ])("fails to nothing when %s, whatever it was doing", (_, end) => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 30 }), (inputs) => {
        const timed = inputs.map((input, i): Timed => [i * 0.05, input]);
        const { device, at } = play(begin(), timed);
        const after = device.take(end, at).device;
        expect(isStill(after.intent(at))).toBe(true);
        expect(after.latched).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("goes on by itself only where that was chosen, and not after a stop of its own or a take at a stand", () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 30 }), (inputs) => {
        let [device, sticky] = [begin(), false];
        for (const [i, input] of inputs.entries()) {
          if (input.kind === "habits") sticky = input.habits.sticky;
          const taken = device.take(input, i * 0.05);
          device = taken.device;
          const ended = input.kind === "unlatch" || taken.actions.some(endsMotion);
          if (!sticky) expect(device.latched).toEqual([]);
          else if (ended) expect(device.latched.filter((code) => code !== "ShiftLeft")).toEqual([]);
          if (taken.actions.some(({ kind }) => kind === "stop")) expect(device.latched).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("gives the same intents for the same input, and changes no state in place", () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 30 }), (inputs) => {
        const run = (): { intents: Intent[]; actions: Action[] } => {
          let device = begin();
          const [intents, actions]: [Intent[], Action[]] = [[], []];
          for (const [i, input] of inputs.entries()) {
            const before = device;
            const asked = before.intent(i * 0.05);
            const taken = before.take(input, i * 0.05);
            expect(before.intent(i * 0.05)).toEqual(asked);
            device = taken.device;
            intents.push(device.intent(i * 0.05));
            actions.push(...taken.actions);
          }
          return { intents, actions };
        };
        expect(run()).toEqual(run());
      }),
      { numRuns: 50 },
    );
  });

  it("asks only for finite velocities within its fastest step", () => {
    const { linear: v, angular: w } = SPEEDS[body].at(-1)!;
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 30 }), (inputs) => {
        const { device, at } = play(
          begin(),
          inputs.map((input, i): Timed => [i * 0.05, input]),
        );
        const { linear, angular, joint, gripper } = device.intent(at);
        if (joint !== undefined) {
          expect([0, 1, 2, 3, 4, 5, 6]).toContain(joint.index);
          expect(Math.abs(joint.rate)).toBeLessThanOrEqual(jointSpeedOf(5) * (1 + 1e-9));
          expect(isStill({ ...STILL, linear, angular })).toBe(true);
        }
        for (const each of linear) expect(Math.abs(each)).toBeLessThanOrEqual(v * (1 + 1e-9));
        for (const each of angular) expect(Math.abs(each)).toBeLessThanOrEqual(w * (1 + 1e-9));
        if (gripper !== null) expect(gripper >= 0 && gripper <= 1).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe("the keyboard", () => {
  const arm = (): Held => deviceByName("keyboard").begin("arm");

  it("adds keys up; opposite keys cancel", () => {
    const { device } = play(arm(), [
      [0, key("KeyW", true)],
      [0, key("KeyA", true)],
      [0, key("KeyQ", true)],
      [0, key("KeyL", true)],
    ]);
    expect(device.intent(0)).toEqual({
      frame: "base",
      linear: [0.12, 0.12, 0.12],
      angular: [0, 0, SPEEDS.arm[2]!.angular],
      gripper: null,
    });
    expect(device.take(key("KeyS", true), 0).device.intent(0).linear).toEqual([0, 0.12, 0.12]);
  });

  it("is a quarter as fast while Shift is held, pressed before or after", () => {
    const late = play(arm(), [
      [0, key("KeyW", true)],
      [1, key("ShiftLeft", true, { shift: true })],
    ]).device;
    const early = play(arm(), [
      [0, key("ShiftRight", true, { shift: true })],
      [1, key("KeyW", true, { shift: true })],
    ]).device;
    for (const device of [late, early]) expect(device.intent(1).linear[0]).toBeCloseTo(0.03, 9);
    expect(late.take(key("ShiftLeft", false), 2).device.intent(2).linear[0]).toBeCloseTo(0.12, 9);
  });

  it("has five speeds, and stays at the ends", () => {
    const steps = (code: string) => Array.from({ length: 6 }, (): Timed => [0, key(code, true)]);
    const fast = play(arm(), [...steps("Equal"), [0, key("KeyW", true)]]);
    expect(fast.device.intent(0).linear[0]).toBe(0.3);
    expect(fast.actions.filter((action) => action.kind === "speed").at(-1)).toEqual({
      kind: "speed",
      step: 5,
    });
    expect(play(arm(), [...steps("Minus"), [0, key("KeyW", true)]]).device.intent(0).linear[0]).toBe(0.02);
  });

  it("follows the picture in the view frame, snapped to an axis and frozen while a key is held", () => {
    // The desk camera looks to -x and +y, more to +y: away is +y, left is -x.
    const azimuth = Math.atan2(2.14, -1.71);
    const { device } = play(arm(), [
      [0, { kind: "view", azimuth }],
      [0, key("KeyW", true)],
    ]);
    expect(device.intent(0).linear).toEqual([0, 0.12, 0]);
    const orbited = device.take({ kind: "view", azimuth: 0 }, 1).device;
    expect(orbited.intent(1).linear).toEqual([0, 0.12, 0]);
    const again = play(orbited, [
      [2, key("KeyW", false)],
      [3, key("KeyW", true)],
    ]).device;
    expect(again.intent(3).linear).toEqual([0.12, 0, 0]);
  });

  it("goes through view, world and tool frames", () => {
    const frames = play(arm(), [
      [0, key("KeyF", true)],
      [0, key("KeyF", true)],
      [0, key("KeyW", true)],
    ]);
    expect(frames.actions).toEqual([
      { kind: "frame", frame: "world" },
      { kind: "frame", frame: "tool" },
    ]);
    expect(frames.device.intent(0)).toMatchObject({ frame: "tool", linear: [0.12, 0, 0] });
  });

  it("does nothing with Control, Alt or Meta held, except stop", () => {
    const modified = { modified: true };
    const { device, actions } = play(arm(), [
      [0, key("KeyW", true, modified)],
      [0, key("KeyR", true, modified)],
      [0, key("Escape", true, modified)],
    ]);
    expect(isStill(device.intent(0))).toBe(true);
    expect(actions).toEqual([{ kind: "stop" }]);
  });

  it("lets everything go when Meta comes down: the browser may never tell of the releases", () => {
    const { device } = play(arm(), [
      [0, key("KeyW", true)],
      [0, key("MetaLeft", true, { modified: true })],
    ]);
    expect(isStill(device.intent(0))).toBe(true);
  });

  it("hears a held key once", () => {
    const { actions } = play(arm(), [
      [0, key("KeyR", true)],
      [0.5, key("KeyR", true, { repeat: true })],
      [0.6, key("KeyR", true, { repeat: true })],
    ]);
    expect(actions).toEqual([{ kind: "record" }]);
  });

  it("rewinds while Backspace is held, and ends it when the window loses the keyboard", () => {
    const held = play(arm(), [[0, key("Backspace", true)]]);
    expect(held.actions).toEqual([{ kind: "rewind", held: true }]);
    expect(held.device.take({ kind: "lost" }, 1).actions).toEqual([{ kind: "rewind", held: false }]);
    expect(play(arm(), [[0, key("Backspace", true, { shift: true })]]).actions).toEqual([
      { kind: "restore-tail" },
    ]);
  });

  it("never moves the robot with a camera key", () => {
    for (const code of ["ArrowUp", "ArrowLeft", "PageDown", "Home", "KeyV"]) {
      const { device, actions } = play(arm(), [[0, key(code, true)]]);
      expect(isStill(device.intent(0))).toBe(true);
      expect(actions.map((action) => action.kind)).toEqual(["camera"]);
    }
  });

  describe("for one hand", () => {
    const tapped = (code: string, more: Partial<DeviceInput & { kind: "key" }> = {}): Timed[] => [
      [0, key(code, true, more)],
      [0, key(code, true, { ...more, repeat: true })],
      [0, key(code, false, more)],
    ];
    const oneHand = (...inputs: Timed[][]): Held => play(arm(), [[0, ONE_HAND], ...inputs.flat()]).device;

    it("goes on from one press to the next, in several directions at once", () => {
      const going = oneHand(tapped("KeyW"), tapped("KeyQ"), tapped("Space"));
      expect(going.intent(0).linear).toEqual([0.12, 0, 0.12]);
      expect(going.latched).toEqual(["KeyW", "KeyQ"]);
      expect(play(going, tapped("KeyW")).device.intent(0).linear).toEqual([0, 0, 0.12]);
    });

    it("ends with the opposite key, which starts nothing by that", () => {
      const going = oneHand(tapped("KeyW"), tapped("KeyA"));
      const ended = play(going, tapped("KeyS")).device;
      expect(ended.intent(0).linear).toEqual([0, 0.12, 0]);
      expect(play(ended, tapped("KeyS")).device.intent(0).linear).toEqual([-0.12, 0.12, 0]);
    });

    it("is a quarter as fast from one Shift to the next; what Shift makes of other keys still needs it held", () => {
      const fine = oneHand(tapped("ShiftLeft", { shift: true }), tapped("KeyW"));
      expect(fine.intent(0).linear[0]).toBeCloseTo(0.03, 9);
      expect(fine.latched).toEqual(["KeyW", "ShiftLeft"]);
      const { device, actions } = play(fine, tapped("Backspace"));
      expect(actions.map(({ kind }) => kind)).toEqual(["rewind", "rewind"]);
      expect(play(device, tapped("KeyW")).device.intent(0).linear[0]).toBeCloseTo(0.03, 9);
      const full = play(device, [...tapped("ShiftRight", { shift: true }), ...tapped("KeyW")]).device;
      expect(full.intent(0).linear[0]).toBeCloseTo(0.12, 9);
    });

    it.each(["Escape", "KeyR", "Enter", "Backspace", "Delete", "KeyT", "KeyN", "KeyF"])(
      "ends with %s, by whatever modifier a stop comes",
      (code) => {
        const going = oneHand(tapped("KeyW"), tapped("KeyJ"));
        const modified = code === "Escape";
        expect(isStill(play(going, tapped(code, { modified })).device.intent(0))).toBe(true);
      },
    );

    it("goes on through gripper, speed, mark and camera", () => {
      const going = oneHand(tapped("KeyW"));
      for (const code of ["Space", "Minus", "Digit1", "ArrowUp", "KeyV"])
        expect(isStill(play(going, tapped(code)).device.intent(0))).toBe(false);
    });

    it("brakes a base for good", () => {
      const base = play(deviceByName("keyboard").begin("base"), [[0, ONE_HAND], ...tapped("KeyW")]).device;
      expect(isStill(base.intent(0))).toBe(false);
      expect(isStill(play(base, tapped("Space")).device.intent(0))).toBe(true);
    });
  });

  describe("in joint mode", () => {
    const led = (...inputs: DeviceInput[]) =>
      play(
        deviceByName("keyboard").begin("arm", 3),
        [key("KeyG", true), key("KeyG", false), ...inputs].map((input): Timed => [0, input]),
      );
    const press = (code: string): DeviceInput[] => [key(code, true), key(code, false)];

    it("leads by the picked joint at a speed that takes a tool half a metre away along at the step's", () => {
      const { device, actions } = led(key("KeyL", true));
      expect(actions).toEqual([{ kind: "joint", joint: 0 }]);
      expect(device.intent(0)).toEqual({ ...STILL, joint: { index: 0, rate: 2 * SPEEDS.arm[2]!.linear } });
      expect(led(key("KeyJ", true)).device.intent(0).joint!.rate).toBeCloseTo(-0.24, 9);
      expect(led(key("KeyJ", true), key("KeyL", true)).device.intent(0)).toEqual(STILL);
      const fine = led(key("ShiftLeft", true, { shift: true }), key("KeyL", true, { shift: true })).device;
      expect(fine.intent(0).joint!.rate).toBeCloseTo(0.06, 9);
      expect(led(...press("Equal"), key("KeyL", true)).device.intent(0).joint!.rate).toBeCloseTo(0.4, 9);
    });

    it("picks the next joint and the one before, all the way round, and remembers it", () => {
      const picked = (...codes: string[]) =>
        led(...codes.flatMap(press), key("KeyL", true)).device.intent(0).joint?.index;
      expect(picked("KeyO")).toBe(1);
      expect(picked("KeyU")).toBe(2);
      expect(picked("KeyO", "KeyO", "KeyO")).toBe(0);
      expect(picked("KeyO", "KeyG", "KeyG")).toBe(1);
    });

    it("rests on the other keys that move, and leaves the rest of the keyboard what it is", () => {
      for (const code of ["KeyW", "KeyS", "KeyA", "KeyD", "KeyQ", "KeyE", "KeyI", "KeyK"])
        expect(led(key(code, true)).device.intent(0)).toEqual(STILL);
      expect(led(key("Space", true)).actions.at(-1)).toEqual({ kind: "toggle-gripper" });
    });

    it("counts what is held at a change of mode or joint for neither", () => {
      const hand = play(deviceByName("keyboard").begin("arm", 3), [
        [0, key("KeyL", true)],
        [0, key("KeyG", true)],
      ]).device;
      expect(hand.intent(0)).toEqual(STILL);
      expect(hand.take(key("KeyL", true, { repeat: true }), 0).device.intent(0)).toEqual(STILL);
      for (const code of ["KeyG", "KeyF", "KeyO", "KeyU", "Escape"])
        expect(led(key("KeyL", true), key(code, true)).device.intent(0)).toEqual(STILL);
    });

    it.each([
      ["KeyG", []],
      ["KeyF", []],
      ["Escape", [{ kind: "stop" }]],
    ] as const)("is left by %s, with the frame as it was", (code, more) => {
      const { device, actions } = led(...press(code));
      expect(actions.slice(1)).toEqual([...more, { kind: "joint", joint: null }]);
      const { frame, linear } = play(device, [[0, key("KeyW", true)]]).device.intent(0);
      expect([frame, linear]).toEqual(["base", [0.12, 0, 0]]);
      expect(play(device, [[0, key("KeyF", true)]]).actions).toEqual([{ kind: "frame", frame: "world" }]);
    });

    it("is not there for a robot without joints to lead by", () => {
      for (const body of ["arm", "base", "carrier"] as const) {
        const { device, actions } = play(deviceByName("keyboard").begin(body), [[0, key("KeyG", true)]]);
        expect([actions, device.intent(0)]).toEqual([[], STILL]);
      }
    });

    it("goes on for one hand until the key, its opposite, another joint or the way back", () => {
      const going = led(ONE_HAND, ...press("KeyL")).device;
      expect(going.intent(0).joint!.rate).toBeGreaterThan(0);
      expect(going.latched).toEqual(["KeyL"]);
      for (const code of ["KeyL", "KeyJ", "KeyO", "KeyG", "KeyF", "Escape", "KeyR"])
        expect(isStill(going.take(key(code, true), 0).device.intent(0))).toBe(true);
    });
  });

  it("can be remapped; a clash is refused by name", () => {
    const mine = remap(KEY_MAPS.arm, "KeyW", "KeyY");
    const { device } = play(keyboardWith(mine, "arm"), [[0, key("KeyY", true)]]);
    expect(device.intent(0).linear[0]).toBe(0.12);
    expect(play(keyboardWith(mine, "arm"), [[0, key("KeyW", true)]]).device.intent(0)).toEqual(
      keyboardWith(mine, "arm").intent(0),
    );
    expect(() => remap(KEY_MAPS.arm, "KeyW", "KeyR")).toThrow(/KeyR must be free, it is record, got "KeyW"/);
  });

  it("drives a base: forward, turn, brake", () => {
    const base = (): Held => deviceByName("keyboard").begin("base");
    expect(play(base(), [[0, key("KeyA", true)]]).device.intent(0).angular[2]).toBe(SPEEDS.base[3]!.angular);
    expect(play(base(), [[0, key("Space", true)]]).actions).toEqual([{ kind: "brake" }]);
  });
});

describe("the gamepad", () => {
  const begin = (): Held => deviceByName("gamepad").begin("arm");
  const poll = (input: DeviceInput): Intent => begin().take(input, 0).device.intent(0);

  it("has a dead zone of 0.12 and a cubic curve beyond", () => {
    expect(isStill(poll(axes(0.12, -0.12, 0.1, 0.119)))).toBe(true);
    // half of the way beyond the dead zone: an eighth of the speed
    expect(poll(axes(0, -(0.12 + 0.44), 0, 0)).linear[0]).toBeCloseTo(0.12 / 8, 9);
  });

  it("moves in the plane with the left stick, up and round with the right one", () => {
    expect(poll(axes(1, 0, 0, 0)).linear).toEqual([0, -0.12, 0]);
    expect(poll(axes(0, 0, 0, -1)).linear).toEqual([0, 0, 0.12]);
    expect(poll(axes(0, 0, 1, 0)).angular).toEqual([0, 0, -SPEEDS.arm[2]!.angular]);
  });

  it("stops when polling stops, and when it is unplugged", () => {
    const { device } = play(begin(), [[0, axes(0, -1, 0, 0)]]);
    expect(isStill(device.intent(0.2))).toBe(false);
    expect(device.intent(0.3)).toEqual(STILL);
    expect(device.take({ kind: "gamepad-gone" }, 0.1).device.intent(0.1)).toEqual(STILL);
  });

  it("is not trusted without the standard mapping", () => {
    expect(poll({ ...axes(0, -1, 0, 0), mapping: "" } as DeviceInput)).toEqual(STILL);
  });

  it("grips with the right trigger, once it has been touched", () => {
    const trigger = (value: number): DeviceInput => {
      const pressed = new Array(16).fill(0);
      pressed[7] = value;
      return { kind: "gamepad", mapping: "standard", axes: [0, 0, 0, 0], buttons: pressed };
    };
    const untouched = begin().take(trigger(0), 0).device;
    expect(untouched.intent(0).gripper).toBeNull();
    const closed = untouched.take(trigger(0.8), 0).device;
    expect(closed.intent(0).gripper).toBe(0.8);
    expect(closed.take(trigger(0), 0).device.intent(0).gripper).toBe(0);
  });

  it("throws away only when Back is held for 0.6 s, once", () => {
    const at = (time: number, input: DeviceInput): Timed => [time, input];
    expect(play(begin(), [at(0, buttons(8)), at(0.5, buttons(8)), at(0.55, buttons())]).actions).toEqual([]);
    expect(
      play(begin(), [at(0, buttons(8)), at(0.61, buttons(8)), at(0.7, buttons(8)), at(2, buttons(8))])
        .actions,
    ).toEqual([{ kind: "throw-away" }]);
  });

  it("throws away after as long a hold as a person chose", () => {
    const patient: DeviceInput = { kind: "habits", habits: { sticky: false, patience: 4 } };
    const held = (seconds: number): Action[] =>
      play(begin(), [
        [0, patient],
        [0, buttons(8)],
        [seconds, buttons(8)],
      ]).actions;
    expect(held(4 * THROW_AWAY_HOLD - 0.01)).toEqual([]);
    expect(held(4 * THROW_AWAY_HOLD)).toEqual([{ kind: "throw-away" }]);
  });

  it("rewinds while B is held", () => {
    expect(
      play(begin(), [
        [0, buttons(1)],
        [0.1, buttons(1)],
        [0.2, buttons()],
      ]).actions,
    ).toEqual([
      { kind: "rewind", held: true },
      { kind: "rewind", held: false },
    ]);
  });
});

describe("the gizmo", () => {
  const begin = (): Held => deviceByName("gizmo").begin("arm");

  /** Drives a hand by what the gizmo asks for, as the session does. */
  const settle = (device: Held, hand: Hand, seconds: number): Hand => {
    let [now, at] = [device, hand];
    for (let t = 0; t < seconds; t += 0.01) {
      now = now.take({ kind: "hand", hand: at }, t).device;
      const { linear, angular } = now.intent(t);
      at = {
        ...at,
        position: at.position.map((value, i) => value + 0.01 * linear[i]!) as unknown as Hand["position"],
        yaw: at.yaw + 0.01 * angular[2],
      };
    }
    return at;
  };
  const grabbed = (handle: "move-x" | "move-xy" | "move-view" | "turn-z", x: number, y: number): Held =>
    play(begin(), [
      [0, { kind: "hand", hand: HAND }],
      [0, { kind: "grab", handle, ray: over(x, y).ray }],
    ]).device;

  it("brings the command where the square is dragged, keeping the point that was grabbed", () => {
    const device = grabbed("move-xy", 0.52, 0.01).take(over(0.57, -0.04), 0).device;
    const { position } = settle(device, HAND, 2);
    expect(position[0]).toBeCloseTo(0.55, 3);
    expect(position[1]).toBeCloseTo(-0.05, 3);
    expect(position[2]).toBe(0.2);
  });

  it("moves an arrow along its axis alone, seen from anywhere", () => {
    const from = [1.5, -1.2, 0.9] as const;
    const ray = (x: number, y: number, z: number) => ({
      origin: from,
      direction: [x - from[0], y - from[1], z - from[2]] as const,
    });
    const device = play(begin(), [
      [0, { kind: "hand", hand: HAND }],
      [0, { kind: "grab", handle: "move-x", ray: ray(0.55, 0, 0.2) }],
      [0, { kind: "drag", ray: ray(0.63, 0, 0.2), fine: false }],
    ]).device;
    const { position } = settle(device, HAND, 2);
    expect(position[0]).toBeCloseTo(0.58, 3);
    expect(position.slice(1)).toEqual([0, 0.2]);
  });

  it("turns by the ring, the short way, past half a turn", () => {
    let device = grabbed("turn-z", 0.6, 0);
    device = device.take(over(0.5, 0.1), 0).device;
    expect(settle(device, HAND, 3).yaw).toBeCloseTo(Math.PI / 2, 2);
  });

  it("drags a quarter as far with Shift, without a jump when Shift comes or goes", () => {
    const coarse = grabbed("move-xy", 0.5, 0).take(over(0.54, 0), 0).device;
    const fine = coarse.take({ ...over(0.54, 0), fine: true }, 0).device;
    expect(settle(fine, HAND, 2).position[0]).toBeCloseTo(0.54, 3);
    const further = fine.take({ ...over(0.58, 0), fine: true }, 0).device;
    expect(settle(further, HAND, 2).position[0]).toBeCloseTo(0.55, 3);
  });

  it("keeps still for a ray that says nothing: along the plane, or away from it", () => {
    const device = grabbed("move-xy", 0.5, 0);
    for (const direction of [
      [1, 0, 0],
      [0, 0, 1],
    ] as const) {
      const after = device.take(
        { kind: "drag", fine: false, ray: { origin: [0, 0, 2], direction } },
        0,
      ).device;
      expect(isStill(after.intent(0))).toBe(true);
    }
  });
});

describe("touch pads", () => {
  const begin = (): Held => deviceByName("touch").begin("arm");

  it("are their own clutch: where the finger comes down is the middle", () => {
    const { device } = play(begin(), [[0, pad("left", "down", 40, 30)]]);
    expect(isStill(device.intent(0))).toBe(true);
    expect(device.take(pad("left", "move", 40, -70), 0).device.intent(0).linear[0]).toBeCloseTo(0.12, 9);
  });

  it("tell fingers apart", () => {
    const { device } = play(begin(), [
      [0, pad("left", "down", 0, 0)],
      [0, { ...pad("left", "move", 0, -100), finger: 2 } as DeviceInput],
    ]);
    expect(isStill(device.intent(0))).toBe(true);
  });

  it("go up and turn with the right pad", () => {
    const { device } = play(begin(), [
      [0, pad("right", "down", 0, 0)],
      [0, pad("right", "move", 100, -100)],
    ]);
    const { linear, angular } = device.intent(0);
    expect(linear).toEqual([0, 0, 0.12]);
    expect(angular[2]).toBeCloseTo(-SPEEDS.arm[2]!.angular, 9);
  });
});
