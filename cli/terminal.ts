/**
 * What a person sees on the command line: headings, one progress bar a stage, tables. On a terminal the bar
 * redraws in place; elsewhere (a pipe, CI) each stage prints when it begins and ends. Colours obey NO_COLOR.
 */
import type { OnProgress } from "../core/index.js";

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Style = "bold" | "dim" | "green" | "red" | "yellow" | "cyan" | "violet";

export interface Terminal {
  line(text?: string): void;
  heading(text: string): void;
  style(text: string, ...styles: Style[]): string;
  /** A stage with a bar; `run` gets the progress callback; returns its value and the seconds it took. */
  stage<T>(
    name: string,
    run: (onProgress: OnProgress) => Promise<{ value: T; summary: string }>,
  ): Promise<{ value: T; seconds: number }>;
  /** A stage whose result was already there. */
  reused(name: string, summary: string): void;
  /** A stage that could not be run, and why. */
  skipped(name: string, reason: string): void;
  table(rows: readonly (readonly string[])[], header?: readonly string[]): void;
}

const CODES: Record<Style, string> = {
  bold: "1",
  dim: "2",
  green: "32",
  red: "31",
  yellow: "33",
  cyan: "36",
  violet: "35",
};

const LABEL = 26;

/** @param now seconds */
export function createTerminal(output: Output, environment: NodeJS.ProcessEnv, now: () => number): Terminal {
  const live = output.isTTY === true && environment["CI"] === undefined;
  const coloured = output.isTTY === true && environment["NO_COLOR"] === undefined;
  const style = (text: string, ...styles: Style[]): string =>
    coloured && styles.length > 0
      ? `\u001b[${styles.map((each) => CODES[each]).join(";")}m${text}\u001b[0m`
      : text;
  const line = (text = ""): void => {
    output.write(`${harmless(text)}\n`);
  };
  const label = (name: string): string => name.padEnd(LABEL);

  return {
    line,
    style,
    heading: (text) => line(`\n${style(text, "bold")}`),
    stage: async (name, run) => {
      const start = now();
      let drawn = -1;
      const draw: OnProgress = ({ done, total, note }) => {
        const time = now();
        if (!live || (time - drawn < 0.1 && done < total)) return;
        drawn = time;
        const share = total > 0 ? Math.min(1, done / total) : 0;
        const left = done > 0 && done < total ? ((time - start) / done) * (total - done) : 0;
        const width = 24;
        const filled = Math.round(share * width);
        const bar = style("━".repeat(filled), "cyan") + style("━".repeat(width - filled), "dim");
        const text = `${label(name)}${bar} ${String(Math.round(100 * share)).padStart(3)} %  ${note ?? `${done}/${total}`}${left > 1 ? style(`  ${formatSeconds(left)} left`, "dim") : ""}`;
        output.write(`\r\u001b[2K  ${text}`);
      };
      if (live) draw({ stage: name, done: 0, total: 1, note: "" });
      else line(`… ${name}`);
      try {
        const { value, summary } = await run(draw);
        const seconds = now() - start;
        if (live) output.write("\r\u001b[2K");
        line(`${style("✓", "green")} ${label(name)}${summary}${style(`  ${formatSeconds(seconds)}`, "dim")}`);
        return { value, seconds };
      } catch (error) {
        if (live) output.write("\r\u001b[2K");
        line(`${style("✗", "red")} ${label(name)}${style("failed", "red")}`);
        throw error;
      }
    },
    reused: (name, summary) =>
      line(`${style("•", "dim")} ${label(name)}${summary}${style("  already there", "dim")}`),
    skipped: (name, reason) =>
      line(`${style("–", "yellow")} ${label(name)}${style("skipped: ", "yellow")}${reason}`),
    table: (rows, header) => {
      const all = header === undefined ? rows : [header, ...rows];
      const widths = all.reduce<number[]>(
        (sizes, row) => row.map((cell, i) => Math.max(sizes[i] ?? 0, displayWidth(cell))),
        [],
      );
      const show = (row: readonly string[]): string =>
        row
          .map((cell, i) => cell + " ".repeat(Math.max(0, widths[i]! - displayWidth(cell))))
          .join("  ")
          .trimEnd();
      if (header !== undefined) line(`  ${style(show(header), "dim")}`);
      for (const row of rows) line(`  ${show(row)}`);
    },
  };
}

/** `0.4 s`, `12 s`, `3 min 05 s` */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** `1.4 GB`, `312 MB` */
export const formatBytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${Math.round(bytes / 1e6)} MB`;

/** Names from a stranger's file may hold what a terminal would obey: nothing but the colours of `style` goes through. */
function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const obeyed = /\u001b\[[0-9;]*m|[\0-\x08\x0b-\x1f\x7f-\x9f]/g;
  return text.replace(obeyed, (found) => (found.length > 1 ? found : "\ufffd"));
}

/** Columns a text takes: CJK characters take two, escape sequences none. */
function displayWidth(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of `style`
  const plain = text.replace(/\u001b\[[0-9;]*m/g, "");
  let width = 0;
  for (const character of plain) width += /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/.test(character) ? 2 : 1;
  return width;
}
