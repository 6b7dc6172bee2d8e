/** `apprentice bridge`: starts `ros2-web-bridge` where a ROS 2 environment is sourced, behind a gate of ours on loopback. */
import { startRos2WebBridge } from "../../robot/index.node.js";
import { counting } from "../context.js";
import type { AddCommand } from "../main.js";

interface Options {
  readonly port: number;
  readonly host: string;
}

/** Adds the command. */
export const addBridge: AddCommand = (program, { terminal, clock, signal }) => {
  program
    .command("bridge")
    .description(
      "start ros2-web-bridge (optional, npm install ros2-web-bridge) behind a gate that checks frames",
    )
    .option("--port <n>", "TCP port of the gate, 0 for any", counting("port", 0, 65535), 9090)
    .option(
      "--host <address>",
      "address of the gate; beyond loopback APPRENTICE_TOKEN must be set",
      "127.0.0.1",
    )
    .action(async (options: Options) => {
      const token = process.env["APPRENTICE_TOKEN"];
      const bridge = await startRos2WebBridge({
        port: options.port,
        host: options.host,
        clock,
        ...(token === undefined ? {} : { token }),
      });
      terminal.line(`ros2-web-bridge ${bridge.version} behind ${bridge.url}. Ctrl-C ends.`);
      const interrupted = new Promise<string>((resolve) => {
        signal.addEventListener("abort", () => resolve(""), { once: true });
      });
      const why = await Promise.race([bridge.ended, interrupted]);
      await bridge.close();
      if (why !== "") throw new Error(`bridge: ${why}`);
    });
};
