/**
 * Our message definitions and our CDR reader against ROS itself: every type this house knows and this ROS has, its
 * fields in order, and a filled message serialised by the middleware.
 */
import { describe, expect, it } from "vitest";
import { decodeCdr, encodeCdr } from "../../robot/ros2/cdr.js";
import { KNOWN_TYPES, type MessageField } from "../../robot/ros2/types.js";
import { makeRos2, openRos2 } from "./ros2-environment.js";

const made = await makeRos2();
const because = typeof made === "string" ? ` [skipped: ${made}]` : "";

interface Described {
  readonly type: string;
  readonly missing?: true;
  readonly fields: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly cdr: string;
}

const title = `our message types beside those of ROS 2 Jazzy${because}`;

describe.skipIf(typeof made === "string")(title, async () => {
  if (typeof made === "string") return it("needs ROS 2", () => {});
  const ros2 = openRos2(made, 40);
  const all = (await ros2.ask("describe.py", [...KNOWN_TYPES.keys()])).map(
    (line) => JSON.parse(line) as Described,
  );
  const known = all.filter(({ missing }) => missing === undefined);

  it("compares all but those the wheels lack, which the robots do not need", () => {
    const packages = new Set(all.filter(({ missing }) => missing).map(({ type }) => type.split("/")[0]));
    expect([...packages].sort()).toEqual(["example_interfaces", "rosapi_msgs"]);
    expect(known.length).toBeGreaterThan(50);
  });

  it.each(known.map((each) => [each.type, each] as const))("%s", (type, { fields, values, cdr }) => {
    const theirs = Object.entries(fields);
    expect(KNOWN_TYPES.get(type)!.map(shown)).toEqual(theirs.map(([name, kind]) => `${kind} ${name}`));
    // An empty message has one hidden byte in the bytes of ROS.
    if (theirs.length > 0) expect(plain(decodeCdr(KNOWN_TYPES, type, fromHex(cdr)))).toEqual(values);
  });

  it("writes bytes in which the middleware reads the same values", async () => {
    const filled = known.filter(({ fields }) => Object.keys(fields).length > 0);
    const lines = filled.map(({ type, cdr }) => {
      const message = decodeCdr(KNOWN_TYPES, type, fromHex(cdr));
      return `${type} ${Buffer.from(encodeCdr(KNOWN_TYPES, type, message)).toString("hex")}`;
    });
    const read = (await ros2.ask("describe.py", lines)).map((line) => JSON.parse(line) as Described);
    expect(read).toEqual(filled.map(({ type, values }) => ({ type, values })));
  });
});

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

/** As JSON carries it: typed arrays as lists. */
const plain = (message: unknown): unknown =>
  JSON.parse(
    JSON.stringify(message, (_, value) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
    ),
  );

const ROSIDL_NAMES: Readonly<Record<string, string>> = {
  bool: "boolean",
  float32: "float",
  float64: "double",
};

/** A field of ours as rosidl writes it. */
function shown({ name, type, arity }: MessageField): string {
  const kind = ROSIDL_NAMES[type] ?? type.replace("/msg/", "/");
  switch (arity.kind) {
    case "one":
      return `${kind} ${name}`;
    case "many":
      return `sequence<${kind}> ${name}`;
    case "fixed":
      return `${kind}[${arity.length}] ${name}`;
  }
}
