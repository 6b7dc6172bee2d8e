/** Encodings of ROS messages against recorded bytes of a real server, and against their own inverses. */
import { describe, expect, it } from "vitest";
import { decodeCbor, encodePublish, encodeRawPublish } from "../../robot/ros2/cbor.js";
import { decodeCdr, encodeCdr } from "../../robot/ros2/cdr.js";
import { completeMessage, readMessage } from "../../robot/ros2/conversion.js";
import { fragmentAssembly, fragmentsOf } from "../../robot/ros2/fragments.js";
import { parseTolerant } from "../../robot/ros2/json.js";
import { KNOWN_TYPES, typeTable } from "../../robot/ros2/types.js";
import { captureOf, hasCaptures } from "./captures.js";

describe.skipIf(!hasCaptures)("recorded bytes (skipped when ../shared/rosbridge-capture is absent)", () => {
  it("a cbor frame decodes to the joint states and encodes to the same bytes", () => {
    for (const frame of captureOf("cbor").filter((one) => one.dir === "s2c")) {
      const bytes = frame.bytes!;
      const { topic, msg } = decodeCbor(bytes) as { topic: string; msg: unknown };
      const message = readMessage(KNOWN_TYPES, "sensor_msgs/msg/JointState", msg);
      expect(message["name"]).toEqual(["joint1", "joint2", "joint3", "joint4", "joint5", "joint6"]);
      expect(message["position"]).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
      expect(message["effort"]).toEqual(new Array(6).fill(Number.NaN));
      expect(encodePublish(KNOWN_TYPES, topic, "sensor_msgs/msg/JointState", message)).toEqual(bytes);
    }
  });

  it("a cbor-raw frame holds CDR that decodes and encodes to the same bytes", () => {
    for (const frame of captureOf("cbor-raw").filter((one) => one.dir === "s2c")) {
      const { msg } = decodeCbor(frame.bytes!) as { msg: { secs: number; nsecs: number; bytes: Uint8Array } };
      const scan = decodeCdr(KNOWN_TYPES, "sensor_msgs/msg/LaserScan", msg.bytes);
      expect(scan["ranges"]).toEqual([1, Number.POSITIVE_INFINITY, Number.NaN, 2.5]);
      expect(scan["header"]).toMatchObject({ frame_id: "laser" });
      const again = encodeCdr(KNOWN_TYPES, "sensor_msgs/msg/LaserScan", scan);
      expect(encodeRawPublish("/scan", { sec: msg.secs, nanosec: msg.nsecs }, again)).toEqual(frame.bytes);
    }
  });
});

describe("type definitions", () => {
  it("read the syntax of .msg files: arrays, bounds, defaults, constants, comments", () => {
    const types = typeTable(
      "=== a_msgs/msg/Thing\nint32 BIG=5\nfloat64[3] xyz  # metres\nstring<=10[<=4] names\nuint8[] data\nbool on true\n",
    );
    expect(types.get("a_msgs/msg/Thing")).toEqual([
      { name: "xyz", type: "float64", arity: { kind: "fixed", length: 3 }, initial: null },
      { name: "names", type: "string", arity: { kind: "many", most: 4 }, initial: null },
      { name: "data", type: "uint8", arity: { kind: "many", most: 64 * 1024 * 1024 }, initial: null },
      { name: "on", type: "bool", arity: { kind: "one" }, initial: true },
    ]);
  });

  it("refuse a field of a type that nothing defines", () => {
    expect(() => typeTable("=== a_msgs/msg/Thing\nb_msgs/Other other\n")).toThrow(
      "type a_msgs/msg/Thing: other must be of a known type",
    );
  });
});

describe("complete messages", () => {
  const complete = (type: string, value: unknown) => completeMessage(KNOWN_TYPES, type, value);

  it("have every field, with the defaults of their definitions", () => {
    expect(complete("geometry_msgs/msg/PoseStamped", { header: { frame_id: "map" } })).toEqual({
      header: { stamp: { sec: 0, nanosec: 0 }, frame_id: "map" },
      pose: { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
    });
  });

  it.each([
    ["an unknown field", "geometry_msgs/msg/Vector3", { q: 1 }, "must have no field"],
    ["null for a number", "sensor_msgs/msg/JointState", { position: [null] }, "must be a number"],
    ["text for a number", "geometry_msgs/msg/Vector3", { x: "1" }, "must be a number"],
    ["a fraction for a whole number", "std_msgs/msg/Int32", { data: 1.5 }, "whole number"],
    ["a number out of range", "builtin_interfaces/msg/Time", { nanosec: -1 }, "whole number"],
    ["a fixed array of another length", "sensor_msgs/msg/Imu", { orientation_covariance: [1] }, "9 elements"],
    ["a list for an object", "std_msgs/msg/Header", [], "must be an object"],
    ["an unknown type", "no_pkg/msg/Nope", {}, "known"],
  ])("refuse %s", (_, type, value, words) => {
    expect(() => complete(type, value)).toThrow(words);
  });
});

describe("tolerant JSON", () => {
  it("reads the tokens that Python writes, and keeps them apart from text", () => {
    expect(
      parseTolerant('{"a":[NaN,Infinity,-Infinity,1e3,-0.5],"NaN":"Infinity \\" NaN","b":{"c":null}}'),
    ).toEqual({
      a: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1000, -0.5],
      NaN: 'Infinity " NaN',
      b: { c: null },
    });
  });

  it.each(["{broken NaN", "[NaN", "[1,,NaN]", "NaN x", '{"a" NaN}', "[NaNNaN]", "[-NaN]"])(
    "refuses %s",
    (text) => {
      expect(() => parseTolerant(text)).toThrow(SyntaxError);
    },
  );

  it("bounds nesting and never touches a prototype", () => {
    expect(() => parseTolerant(`${"[".repeat(100_000)}NaN`)).toThrow(/deep/);
    const value = parseTolerant('{"__proto__":{"polluted":NaN},"a":NaN}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(value["polluted"]).toBeUndefined();
  });
});

describe("CBOR and CDR of anything", () => {
  it("refuse what ends early, promises too much, or nests too deep", () => {
    expect(() => decodeCbor(Uint8Array.of(0x5a, 0xff, 0xff, 0xff, 0xff))).toThrow("cbor");
    expect(() => decodeCbor(Uint8Array.of(0x9b, 0, 0, 0, 1, 0, 0, 0, 0))).toThrow("cbor");
    expect(() => decodeCbor(new Uint8Array(100_000).fill(0x81))).toThrow("deep");
    expect(() => decodeCdr(KNOWN_TYPES, "sensor_msgs/msg/LaserScan", new Uint8Array(12))).toThrow("cdr");
    const lie = encodeCdr(KNOWN_TYPES, "std_msgs/msg/Float64MultiArray", {
      layout: { dim: [], data_offset: 0 },
      data: [1, 2],
    });
    lie[12] = 0xff;
    lie[13] = 0xff;
    expect(() => decodeCdr(KNOWN_TYPES, "std_msgs/msg/Float64MultiArray", lie)).toThrow("cdr");
  });

  it("every known type survives both encodings", () => {
    for (const type of KNOWN_TYPES.keys()) {
      const message = completeMessage(KNOWN_TYPES, type, {});
      expect(decodeCdr(KNOWN_TYPES, type, encodeCdr(KNOWN_TYPES, type, message))).toEqual(message);
      const { msg } = decodeCbor(encodePublish(KNOWN_TYPES, "/t", type, message)) as { msg: unknown };
      expect(readMessage(KNOWN_TYPES, type, msg)).toEqual(message);
    }
  });
});

describe("fragments", () => {
  it("come together in any order after the first, one frame after another under one id", () => {
    const assembly = fragmentAssembly(1000);
    for (const text of ["a".repeat(250), "b".repeat(99), "c".repeat(300)]) {
      const whole = fragmentsOf(text, 100).map((piece) => assembly.add(piece));
      expect(whole.at(-1)).toBe(text);
      expect(whole.slice(0, -1).every((piece) => piece === null)).toBe(true);
    }
  });

  it("are bounded, and nonsense is dropped", () => {
    const assembly = fragmentAssembly(150);
    expect(assembly.add({ id: 0, data: "x", num: 5, total: 2 })).toBeNull();
    expect(assembly.add({ id: 0, data: "x", num: 0, total: Number.NaN })).toBeNull();
    assembly.add({ id: 0, data: "x".repeat(100), num: 0, total: 3 });
    expect(() => assembly.add({ id: 0, data: "x".repeat(100), num: 1, total: 3 })).toThrow("at most 150");
  });
});
