/** The file format, by a foreign reader (ONNX Runtime) and by damage. */
import { describe, expect, test } from "vitest";
import {
  BATCH,
  createGraph,
  encodeModel,
  input,
  operators as op,
  output,
  readModel,
  withMetadata,
} from "../../policy/index.js";
import { openNodeSession } from "../../policy/index.node.js";

function doubled() {
  const graph = createGraph();
  const x = input(graph, "x", [BATCH, 3]);
  output(op.add(op.mul(x, 2), op.row(x, [1, 2, 3], "offset")), "y");
  return encodeModel(graph, "doubled", { "apprentice.note": "größer 图" });
}

describe("an encoded graph", () => {
  test("runs in ONNX Runtime with any batch", async () => {
    const session = await openNodeSession(doubled());
    for (const rows of [1, 4]) {
      const x = { data: Float32Array.from({ length: 3 * rows }, (_, i) => i), shape: [rows, 3] };
      const y = { data: new Float32Array(3 * rows), shape: [rows, 3] };
      await session.bind({ x }, { y })();
      expect(Array.from(y.data)).toEqual(Array.from(x.data, (value, i) => 2 * value + (i % 3) + 1));
    }
    await session.free();
  });

  test("is readable at its surface", () => {
    expect(readModel(doubled())).toEqual({
      irVersion: 8,
      opsets: { "": 17 },
      inputs: [{ name: "x", type: "float32", shape: [BATCH, 3] }],
      outputs: [{ name: "y", type: "float32", shape: [BATCH, 3] }],
      metadata: { "apprentice.note": "größer 图" },
      external: false,
    });
  });

  test("keeps its graph when its metadata changes", async () => {
    const changed = withMetadata(doubled(), { "apprentice.note": "new", more: "words" });
    expect(readModel(changed).metadata).toEqual({ "apprentice.note": "new", more: "words" });
    expect(withMetadata(changed, { "apprentice.note": "größer 图" }).length).toBe(
      withMetadata(doubled(), { more: "words" }).length,
    );
    const session = await openNodeSession(changed);
    await session.free();
  });

  test("is refused by the reader when cut anywhere or when it is something else", () => {
    const whole = doubled();
    for (let length = 0; length < whole.length; length++) {
      // A cut between fields leaves a shorter message, which may be whole by chance; it must never crash or hang.
      try {
        readModel(whole.subarray(0, length));
      } catch (error) {
        expect((error as Error).message).toMatch(/^onnx: /);
      }
    }
    expect(() => readModel(new Uint8Array())).toThrow("onnx: must be an ONNX model");
    expect(() => readModel(new TextEncoder().encode("not a model at all"))).toThrow(/^onnx: /);
  });
});

describe("a session", () => {
  test("refuses a result that shares memory with a feed", async () => {
    const session = await openNodeSession(doubled());
    const data = new Float32Array(6);
    expect(() =>
      session.bind(
        { x: { data: data.subarray(0, 3), shape: [1, 3] } },
        { y: { data: data.subarray(2, 5), shape: [1, 3] } },
      ),
    ).toThrow("session: result y must not share memory with feed");
    await session.free();
  });
});
