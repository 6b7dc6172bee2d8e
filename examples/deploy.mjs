// The same policy drives a robot over ROS 2: here a twin that speaks rosbridge as a real server does.
import { holds, realClock } from "apprentice/core";
import { loadPolicyFile } from "apprentice/policy";
import { connectRobot, connectRosFromNode, deploy, drivenRobot, startTwin, whenUp } from "apprentice/robot";

const [, , file = "lift.onnx", target = "red_cube"] = process.argv;
const clock = realClock();
const policy = await loadPolicyFile(file);
// The robot that the policy was made for: its typed model, and the usual names of its joints and topics.
const driven = drivenRobot(policy.contract.robot);
const twin = await startTwin({ robots: [driven], seed: 7, port: 0, clock });
const client = connectRosFromNode(twin.url, { clock });
await whenUp(client, clock, 5);
// `real: null` refuses anything that is not a twin; a real robot needs its name typed: { name: "panda" }
const robot = await connectRobot(driven, { client, clock, real: null, holder: "example" });
robot.bind({ target });

const result = await deploy(robot, policy, clock, {
  seed: 1,
  timeout: 15,
  until: (facts) => holds({ predicate: "lifted", object: target }, facts),
  settle: 10,
});
console.log(
  `${target}: ${result.outcome} after ${result.seconds.toFixed(1)} s, ${result.ticks} ticks, ${result.missed} missed`,
);

await policy.free();
await robot.close();
await client.close();
await twin.close();
if (result.outcome !== "reached") process.exitCode = 1;
