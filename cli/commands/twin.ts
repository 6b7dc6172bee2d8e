/** `apprentice twin`: simulated robots that speak rosbridge as real ones behind a bridge would. */
import { refuse } from "../../core/index.js";
import {
  DIALECTS,
  type DialectName,
  graphThroughFromNode,
  openTwinRobots,
  startTwin,
} from "../../robot/index.node.js";
import { counting, oneOf } from "../context.js";
import type { AddCommand } from "../main.js";
import { DRIVEN_HELP, robotOn } from "../robots/connect.js";

interface Options {
  readonly robot: readonly string[];
  readonly profile?: string;
  readonly showProfile?: boolean;
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
    .option("--robot <names...>", `${DRIVEN_HELP}: one arm and one base at most`, ["panda", "diff-drive"])
    .option("--profile <file>", "JSON: the names on the wire, of the only robot")
    .option("--show-profile", "print the profile of the only robot as JSON, and do nothing")
    .option("--as <server>", dialects.join(" | "), "rosbridge-suite-2.2")
    .option("--port <n>", "TCP port, 0 for any", counting("port", 0, 65535), 9090)
    .option(
      "--host <address>",
      "address to listen on; beyond loopback APPRENTICE_TOKEN must be set",
      "127.0.0.1",
    )
    .option("--seed <n>", "of the table, the room, the course", counting("seed", 0, 2 ** 31), 0)
    .option("--through <ws>", "be a robot of the ROS 2 graph behind this bridge instead of serving")
    .action(async (options: Options) => {
      const { profile } = options;
      if ((profile !== undefined || options.showProfile === true) && options.robot.length !== 1)
        refuse("twin: profile", "is of one robot: name it by --robot", options.robot.join(", "));
      const robots = options.robot.map((name) => robotOn(name, { profile, actions: true }));
      if (options.showProfile === true) {
        terminal.line(JSON.stringify(robots[0]!.profile, null, 2));
        return;
      }
      const names = robots.map(({ name }) => name).join(" and ");
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
        terminal.line(`${names} in the ROS 2 graph behind ${options.through}. Ctrl-C ends.`);
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
      terminal.line(`${names} at ${twin.url}, speaking as ${options.as}. Ctrl-C ends.`);
      await until;
      await twin.close();
    });
};
