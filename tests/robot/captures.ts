/** The recorded frames of a real ROS 2 Jazzy rosbridge 2.1.0 (`../shared/rosbridge-capture`), as data. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../shared/rosbridge-capture/", import.meta.url));

/** Tests of recorded frames are skipped where the recordings are absent. */
export const hasCaptures = existsSync(folder);

export interface CapturedFrame {
  readonly dir: "c2s" | "s2c";
  /** milliseconds since the session began */
  readonly ms: number;
  /** exactly one of the two */
  readonly text: string | null;
  readonly bytes: Uint8Array | null;
}

/** The names of all recorded sessions. */
export const captureNames = (): string[] =>
  hasCaptures ? readdirSync(folder).map((name) => name.replace(/\.jsonl$/, "")) : [];

/** The frames of one session, in order. */
export const captureOf = (name: string): CapturedFrame[] =>
  readFileSync(`${folder}${name}.jsonl`, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { dir, ms, text, base64 } = JSON.parse(line) as {
        dir: CapturedFrame["dir"];
        ms: number;
        text?: string;
        base64?: string;
      };
      return {
        dir,
        ms,
        text: text ?? null,
        bytes: base64 === undefined ? null : new Uint8Array(Buffer.from(base64, "base64")),
      };
    });
