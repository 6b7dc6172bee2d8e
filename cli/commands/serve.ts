/** `apprentice serve TASK`: simulated environments on a local socket, for programs in other languages. */
import { refuse } from "../../core/index.js";
import { TASKS, taskByName } from "../../sim/index.js";
import { counting, oneOf } from "../context.js";
import type { AddCommand } from "../main.js";
import type { Pictures } from "../serve/pictures.js";

interface Options {
  readonly envs: number;
  readonly threads: number;
  readonly port: number;
  readonly host: string;
  readonly cameras?: string;
  readonly size: number;
  readonly render?: boolean;
  readonly once?: boolean;
}

/** Adds the command. */
export const addServe: AddCommand = (program, { terminal, cores, signal }) => {
  const names = TASKS.map((task) => task.card.name);
  program
    .command("serve")
    .description("serve simulated environments on a local socket: Gymnasium in Python, see docs/serve.md")
    .argument("<task>", names.join(" | "))
    .option("--envs <n>", "environments that a client may have", counting("envs", 1, 256), 1)
    .option("--threads <n>", "threads that simulate for each client", counting("threads", 1, 256), cores)
    .option("--port <n>", "TCP port, 0 for any", counting("port", 0, 65535), 7447)
    .option(
      "--host <address>",
      "address to listen on; beyond loopback APPRENTICE_TOKEN must be set",
      "127.0.0.1",
    )
    .option("--cameras <names>", "pictures in every observation, e.g. front,wrist")
    .option("--size <n>", "pixels of a side of these pictures", counting("size", 8, 1024), 96)
    .option("--render", "be ready to draw single pictures, without any in the observations")
    .option("--once", "end when a client has left")
    .action(async (task: string, options: Options) => {
      oneOf("serve: task", names, task);
      const cameras = options.cameras === undefined ? [] : options.cameras.split(",");
      const pictures = await picturesFor(task, cameras, options.render === true);
      // Loaded when it is wanted: drawing is large, and every command starts with this file.
      const { startEnvironmentServer } = await import("../serve/server.js");
      const token = process.env["APPRENTICE_TOKEN"];
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
        // Interrupted while the worlds were made.
        if (signal.aborted) resolve();
      });
      try {
        const server = await startEnvironmentServer({
          task,
          envs: options.envs,
          threads: options.threads,
          host: options.host,
          port: options.port,
          ...(token === undefined ? {} : { token }),
          cameras,
          size: options.size,
          pictures,
          ...(options.once === true ? { onLeave: end } : {}),
        });
        // Programs read the address from this line.
        terminal.line(`Serving ${task} at ${server.host}:${server.port}. Ctrl-C ends.`);
        await ended;
        await server.close();
      } finally {
        if (typeof pictures !== "string") await pictures.close();
      }
    });
};

/** Who draws, when anything is to be drawn. The cameras of a task are known before anything is drawn. */
async function picturesFor(
  task: string,
  cameras: readonly string[],
  render: boolean,
): Promise<Pictures | string> {
  if (cameras.length === 0 && !render) return "the server was started without --cameras or --render";
  const { camerasOf, openPictures } = await import("../serve/pictures.js");
  const environment = await taskByName(task).create();
  const known = camerasOf(environment.contract.robot).map(({ name }) => name);
  environment.free();
  const strange = cameras.find((camera) => !known.includes(camera));
  if (strange !== undefined) refuse("serve: cameras", `must be among ${known.join(", ")}`, strange);
  return openPictures();
}
