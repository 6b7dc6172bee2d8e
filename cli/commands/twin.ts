/** `apprentice twin`: simulated robots that speak rosbridge as real ones behind a bridge would. */
import { refuse } from "../../core/index.js";
import {
  DIALECTS,
  type DialectName,
  graphThroughFromNode,
  openTwinRobots,
  startTwin,
  TWIN_ROBOTS,
  type TwinRobotName,
} from "../../robot/index.node.js";
import { counting, oneOf } from "../context.js";
import type { AddCommand } from "../main.js";

interface Options {
  readonly robot: readonly string[];
  readonly as: string;
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly through?: string;
}

/** Adds the command. */
export const addTwin: AddCommand = (program, { terminal, clock, signal }) => {
  const dialects = Object.keys(DIALECTS) as DialectName[];
  program
    .command("twin")
    .description("simulated robots behind a rosbridge server of ours, or through a real one")
    .option("--robot <names...>", TWIN_ROBOTS.join(" "), [...TWIN_ROBOTS])
    .option("--as <server>", dialects.join(" | "), "rosbridge-suite-2.2")
    .option("--port <n>", "TCP port, 0 for any", counting("port", 0, 65535), 9090)
    .option(
      "--host <address>",
      "address to listen on; beyond loopback APPRENTICE_TOKEN must be set",
      "127.0.0.1",
    )
    .option("--seed <n>", "of the table and the room", counting("seed", 0, 2 ** 31), 0)
    .option("--through <ws>", "be a robot of the ROS 2 graph behind this bridge instead of serving")
    .action(async (options: Options) => {
      const robots = options.robot.map((name): TwinRobotName => oneOf("twin: robot", TWIN_ROBOTS, name));
      if (robots.length === 0) refuse("twin", "needs at least one robot");
      const until = new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      if (options.through !== undefined) {
        const graph = graphThroughFromNode(options.through, { clock });
        const twin = await openTwinRobots(graph, {
          robots,
          seed: options.seed,
          clock,
          timeOfDay: Date.now() / 1000,
        });
        terminal.line(`${robots.join(" and ")} in the ROS 2 graph behind ${options.through}. Ctrl-C ends.`);
        await until;
        await twin.close();
        await graph.close();
        return;
      }
      const token = process.env["APPRENTICE_TOKEN"];
      const twin = await startTwin({
        robots,
        seed: options.seed,
        as: oneOf("twin: as", dialects, options.as),
        port: options.port,
        host: options.host,
        ...(token === undefined ? {} : { token }),
        clock,
      });
      terminal.line(`${robots.join(" and ")} at ${twin.url}, speaking as ${options.as}. Ctrl-C ends.`);
      await until;
      await twin.close();
    });
};
