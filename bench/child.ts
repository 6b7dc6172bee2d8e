/** One benchmark in this process, told by name; the result goes to the parent by message. */
import { Unavailable } from "./peers/peer.js";
import { type Bench, type BenchResult, verdict } from "./result.js";

const [name = "", ...options] = process.argv.slice(2);
const { bench } = (await import(`./${name}.js`)) as { bench: Bench };

/** As the parent gets it: each row with what it says of the promise. */
const judged = (result: BenchResult) => ({
  ...result,
  rows: result.rows.map((row) => ({ row, verdict: verdict(row) })),
});

const send = (message: unknown) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));

try {
  const result = await bench.run((line) => void send({ kind: "log", line }), options);
  await send({ kind: "done", result: judged(result) });
} catch (error) {
  if (error instanceof Unavailable) {
    const skipped = error.message;
    await send({
      kind: "done",
      result: judged({ name, title: bench.title, rows: [], notes: [], skipped }),
    });
  } else {
    await send({
      kind: "failed",
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}
process.exit(0);
