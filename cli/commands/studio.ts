/** `apprentice studio`: the page to demonstrate, train and watch in, behind a small server on loopback. */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { refuse } from "../../core/index.js";
import { startStudioServer } from "../../teleop/index.node.js";
import { counting } from "../context.js";
import type { AddCommand } from "../main.js";

interface Options {
  readonly folder: string;
  readonly port: number;
  readonly host: string;
}

/** Adds the command. */
export const addStudio: AddCommand = (program, { terminal, signal }) => {
  program
    .command("studio")
    .description("open the studio: drive, record, train and watch in a browser tab")
    .option("--folder <folder>", "where takes and policies go", join("runs", "studio"))
    .option("--port <n>", "TCP port, 0 for any", counting("port", 0, 65535), 8080)
    .option(
      "--host <address>",
      "address to listen on; beyond loopback APPRENTICE_TOKEN must be set",
      "127.0.0.1",
    )
    .action(async (options: Options) => {
      const page = fileURLToPath(new URL("../../page", import.meta.url));
      if (!existsSync(join(page, "index.html")))
        refuse("studio", "the page must be built: npm run build:page in a clone", page);
      const folder = resolve(options.folder);
      mkdirSync(folder, { recursive: true });
      const token = process.env["APPRENTICE_TOKEN"];
      const server = await startStudioServer({
        page,
        folder,
        port: options.port,
        host: options.host,
        ...(token === undefined ? {} : { token }),
      });
      terminal.line(
        `The studio is at ${terminal.style(server.url, "bold")}, takes go to ${folder}. Ctrl-C ends.`,
      );
      await new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
      await server.close();
    });
};
