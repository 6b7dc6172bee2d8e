/**
 * The command line: one file a command under `commands/`. Exit codes: 0 done, 1 failed, 2 wrong use.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { InputError, messageOf } from "../core/index.js";
import { COMMANDS } from "./commands/index.js";
import { type Context, createContext } from "./context.js";

/** A command adds itself to the program and runs with the context of the call. */
export type AddCommand = (program: Command, context: Context) => void;

/** `apprentice` with these arguments; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new Error("interrupted"));
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onInterrupt);
  const context = createContext(interrupt.signal);
  const program = new Command("apprentice")
    .description(
      "Teach a robot by showing it: simulate, demonstrate, train, roll out, deploy over ROS 2, tell in words.",
    )
    .version(version())
    .exitOverride()
    .showHelpAfterError("(--help tells more)")
    .configureHelp({ showGlobalOptions: true });
  for (const add of COMMANDS) add(program, context);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...args], { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError)
      return ["commander.help", "commander.helpDisplayed", "commander.version"].includes(error.code) ? 0 : 2;
    process.stderr.write(`apprentice: ${messageOf(error)}\n`);
    if (
      !(error instanceof InputError) &&
      process.env["APPRENTICE_TRACE"] !== undefined &&
      error instanceof Error
    )
      process.stderr.write(`${error.stack}\n`);
    return error instanceof InputError ? 2 : 1;
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onInterrupt);
  }
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
