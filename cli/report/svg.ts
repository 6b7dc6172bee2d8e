/** Drawing by strings: escaped text, numbers cut to what a screen can show. No document, no network. */

export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Two decimals at most. */
export const n = (value: number): string => String(Math.round(value * 100) / 100);

/** `M x y L x y …` */
export const path = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${n(x)} ${n(y)}`).join("");

/** Colours of the report, by what they mean: the studio's tokens, which the style sheet gives both themes. */
export const INK = {
  text: "var(--text)",
  soft: "var(--soft)",
  faint: "var(--faint)",
  line: "var(--line)",
  edge: "var(--edge)",
  surface: "var(--surface)",
  shade: "var(--shade)",
  /** what a film's things stand on, or lie in */
  ground: "var(--ground)",
  page: "var(--page)",
  you: "var(--you)",
  policy: "var(--policy)",
  plan: "var(--plan)",
  ok: "var(--ok)",
  danger: "var(--danger)",
} as const;

/** The colours objects are named by. */
export const PAINT: Readonly<Record<string, string>> = {
  red: "#D8432F",
  green: "#3F9A63",
  blue: "#2F6FD0",
  yellow: "#EFB11F",
  orange: "#E07B2A",
  purple: "#7D4BC0",
  white: "#F4F2EE",
  black: "#2A2F35",
};
