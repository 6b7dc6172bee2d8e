/** Drawing by strings: escaped text, numbers cut to what a screen can show. No document, no network. */

export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Two decimals at most. */
export const n = (value: number): string => String(Math.round(value * 100) / 100);

/** `M x y L x y …` */
export const path = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${n(x)} ${n(y)}`).join("");

/** Colours of the report: the studio's light tokens. */
export const INK = {
  text: "#1B1E22",
  soft: "#4B525A",
  faint: "#5F666F",
  line: "#E2DFD9",
  surface: "#FCFBF9",
  shade: "#F1EFEB",
  page: "#E9E7E2",
  you: "#0A6F63",
  policy: "#5A45D2",
  plan: "#1E5FBF",
  ok: "#1C7339",
  danger: "#AE3F0A",
  warn: "#855600",
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
