/** A minute of deployment in real time, the twin in a process of its own: ticks, latencies, ages. For a quiet machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { type Policy, realClock } from "../../../core/index.js";
import { connectRobot, connectRosFromNode, deploy, drivenRobot, whenUp } from "../../../robot/index.node.js";

const clock = realClock();
let twin: ChildProcess | null = null;
afterAll(() => {
  twin?.kill();
});

async function startTwinProcess(): Promise<string> {
  const door = fileURLToPath(new URL("../../../dist/robot/index.node.js", import.meta.url));
  const program = `import { drivenRobot, startTwin } from ${JSON.stringify(door)};
    const twin = await startTwin({ robots: [drivenRobot("panda")], port: 0, seed: 210500 });
    console.log(twin.url);`;
  twin = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    twin!.stdout!.once("data", (data) => resolve(String(data).trim()));
    twin!.once("exit", (code) => reject(new Error(`the twin ended with ${code}`)));
  });
}

it("a loop of 20 Hz misses no tick in 60 s, and commands move the arm within 100 ms", async () => {
  const client = connectRosFromNode(await startTwinProcess());
  await whenUp(client, clock, 5);
  const robot = await connectRobot(drivenRobot("panda"), { client, clock, real: null, holder: "long" });
  robot.bind({ target: "red_cube", place: "left_bin" });
  let chunks = 0;
  const policy: Policy = {
    contract: robot.contract,
    horizon: 8,
    execute: 8,
    noiseSize: 0,
    // Four chunks of a circle, one of rest: a start from rest every two seconds.
    act: async (_, previous) => {
      const moving = chunks++ % 5 !== 4;
      return Float32Array.from({ length: 40 }, (__, k) => {
        const share = (Math.floor(k / 5) + 1) / 8;
        const angle = ((chunks % 5) + share) * (Math.PI / 2);
        const delta = moving ? [0.02 * Math.sin(angle), 0.02 * Math.cos(angle), 0, 0, 0][k % 5]! * share : 0;
        return previous[k % 5]! + delta;
      });
    },
    free: async () => {},
  };
  const result = await deploy(robot, policy, clock, { seed: 1, timeout: 60 });
  const latencies = [...result.latencies].sort((a, b) => a - b);
  const milliseconds = (seconds: number) => (1000 * seconds).toFixed(1);
  console.info(
    `${result.ticks} ticks, ${result.missed} missed, at most ${milliseconds(result.late)} ms late; ` +
      `${latencies.length} starts from rest, command to motion p50 ${milliseconds(latencies[latencies.length >> 1]!)} ms, ` +
      `most ${milliseconds(latencies.at(-1)!)} ms; oldest observation ${milliseconds(result.maxAge.observation)} ms`,
  );
  expect(result).toMatchObject({ outcome: "timed-out", missed: 0 });
  expect(latencies.length).toBeGreaterThan(15);
  expect(latencies.at(-1)!).toBeLessThan(0.1);
  await robot.close();
  await client.close();
}, 90_000);
