/**
 * The part of YAML that robot descriptions keep their numbers in: mappings and lists by indentation, `{a: 1}` and
 * `[1, 2]` on one line, plain and quoted scalars, comments, the tags `!degrees` and `!radians`. Anything else
 * (anchors, merge keys, multi-line texts, several documents) is refused with its line.
 */
import { refuse } from "../errors.js";
import type { XacroValue } from "./expression.js";

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

const MOST_LINES = 20_000;
const DEEPEST = 40;

/** What a YAML text holds. @param file name that errors give */
export function parseYaml(source: string, file: string): XacroValue {
  const raw = source.split(/\r?\n/);
  if (raw.length > MOST_LINES) refuse(file, `must have at most ${MOST_LINES} lines`, raw.length);
  const lines: Line[] = raw.flatMap((text, index) => {
    const bare = text.replace(/(^|\s)#.*$/, "").trimEnd();
    if (bare.trim() === "" || bare === "---") return [];
    const indent = bare.length - bare.trimStart().length;
    if (bare.slice(0, indent).includes("\t")) refuse(`${file}:${index + 1}`, "must be indented with spaces");
    return [{ number: index + 1, indent, text: bare.trim() }];
  });
  let at = 0;

  const block = (indent: number, depth: number): XacroValue => {
    if (depth > DEEPEST) refuse(file, `must be at most ${DEEPEST} deep`);
    const first = lines[at]!;
    if (first.text === "-" || first.text.startsWith("- ")) {
      const items: XacroValue[] = [];
      while (at < lines.length && lines[at]!.indent === indent && /^-( |$)/.test(lines[at]!.text)) {
        const line = lines[at]!;
        const rest = line.text.slice(1).trim();
        if (rest === "") {
          at++;
          items.push(nested(indent, depth));
        } else if (/^[^{["'][^:]*:( |$)/.test(rest)) {
          // `- key: value` opens a mapping whose other keys stand below the first one.
          lines[at] = { ...line, indent: indent + line.text.indexOf(rest), text: rest };
          items.push(block(lines[at]!.indent, depth + 1));
        } else {
          at++;
          items.push(scalar(rest, line));
        }
      }
      return items;
    }
    const map = new Map<string, XacroValue>();
    while (at < lines.length && lines[at]!.indent === indent) {
      const line = lines[at]!;
      const parts = /^("[^"]*"|'[^']*'|[^:]+?)\s*:(?:\s+(.*))?$/.exec(line.text);
      if (parts === null) return refuse(`${file}:${line.number}`, "must be `key: value`", line.text);
      const key = parts[1]!.replace(/^(["'])(.*)\1$/, "$2");
      const value = parts[2] ?? "";
      at++;
      map.set(key, value === "" ? nested(indent, depth) : scalar(value, line));
    }
    if (at < lines.length && lines[at]!.indent > indent)
      refuse(`${file}:${lines[at]!.number}`, "must be indented like its neighbours");
    return map;
  };
  const nested = (indent: number, depth: number): XacroValue => {
    const next = lines[at];
    const list = next?.indent === indent && /^-( |$)/.test(next.text);
    return next !== undefined && (next.indent > indent || list) ? block(next.indent, depth + 1) : null;
  };
  const scalar = (text: string, { number }: Line): XacroValue => flow(text, `${file}:${number}`, 0);

  if (lines.length === 0) return null;
  const value = block(lines[0]!.indent, 0);
  if (at < lines.length) refuse(`${file}:${lines[at]!.number}`, "must be indented like its neighbours");
  return value;
}

function flow(raw: string, place: string, depth: number): XacroValue {
  const text = raw.trim();
  if (depth > DEEPEST) refuse(place, `must be at most ${DEEPEST} deep`);
  const tag = /^!(degrees|radians)\s+(.*)$/.exec(text);
  if (tag !== null) {
    const value = Number(tag[2]);
    if (!Number.isFinite(value)) refuse(place, `!${tag[1]} must have a number`, tag[2]);
    return tag[1] === "degrees" ? (value * Math.PI) / 180 : value;
  }
  if (/^[&*!|>%@`]/.test(text))
    return refuse(place, "must be a plain value: no anchors, tags or long texts", text);
  const quoted = /^"([^"]*)"$|^'([^']*)'$/.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? "";
  if (text.startsWith("[")) {
    if (!text.endsWith("]")) refuse(place, "a list must end with ] on its line", text);
    return pieces(text.slice(1, -1)).map((piece) => flow(piece, place, depth + 1));
  }
  if (text.startsWith("{")) {
    if (!text.endsWith("}")) refuse(place, "a mapping must end with } on its line", text);
    return new Map(
      pieces(text.slice(1, -1)).map((piece) => {
        const colon = piece.indexOf(":");
        if (colon < 0) refuse(place, "must be `key: value`", piece);
        return [
          piece
            .slice(0, colon)
            .trim()
            .replace(/^(["'])(.*)\1$/, "$2"),
          flow(piece.slice(colon + 1), place, depth + 1),
        ];
      }),
    );
  }
  if (/^(true|True|yes)$/.test(text)) return true;
  if (/^(false|False|no)$/.test(text)) return false;
  if (/^(null|~)?$/.test(text)) return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** Parts between commas that are in no bracket and no quotes. */
function pieces(text: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let quote = "";
  let begin = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth--;
    else if (c === "," && depth === 0) {
      out.push(text.slice(begin, i));
      begin = i + 1;
    }
  }
  const rest = text.slice(begin);
  return rest.trim() === "" ? out : [...out, rest];
}
