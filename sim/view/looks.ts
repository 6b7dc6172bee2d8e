/**
 * How the studio is lit and what colours the picture's own marks have: dark and light for the page, one look for
 * recorded pictures. Plain data. Light colours are linear, the rest sRGB.
 */
import type { Vec3 } from "../../core/index.js";
import type { Driver, Theme, WorldKind } from "./types.js";

/** Light from a wide source: direction to it, concentration (1 wide to 50 narrow), linear colour. */
export interface WideLight {
  readonly towards: readonly [number, number, number];
  readonly concentration: number;
  readonly colour: readonly [number, number, number];
}

/** The light of a studio. */
export interface Studio {
  readonly key: readonly [number, number, number];
  /** m around the middle of the world that the key lights; null: everywhere */
  readonly pool: number | null;
  readonly sky: readonly [number, number, number];
  readonly ground: readonly [number, number, number];
  readonly wide: readonly WideLight[];
  /** strength of contact shadows */
  readonly contact: number;
}

/** The page's picture around the world. */
export interface PageLook {
  readonly studio: Studio;
  /** middle and rim of the background, and the floor under the table */
  readonly backdrop: readonly [string, string];
  readonly floor: string;
  readonly grid: { readonly colour: string; readonly opacity: number };
  readonly driver: Readonly<Record<Exclude<Driver, null> | "nobody", string>>;
  /** own light of status lights */
  readonly glow: number;
  readonly warn: string;
  readonly danger: string;
  /** around what is to be reached, and on what has been: on the mat, in both themes */
  readonly aim: string;
  readonly done: string;
  readonly guide: string;
  readonly reach: string;
  readonly ghost: { readonly base: number; readonly rim: number };
  readonly gizmo: Readonly<Record<"x" | "y" | "z" | "hub", string>>;
}

/** Towards the key light, from above the operator's right shoulder. */
export const KEY_TOWARDS: Readonly<Record<WorldKind, Vec3>> = {
  tabletop: [0.62, -1.0, 2.05],
  "two-arm": [0.62, -1.0, 2.05],
  room: [-0.85, -0.75, 1.7],
  course: [-0.85, -0.75, 1.7],
  mobile: [-0.85, -0.75, 1.7],
};

const grey = (value: number, warm = 0): readonly [number, number, number] => [
  value * (1 + warm),
  value,
  value * (1 - warm),
];

const RECORD: Studio = {
  key: [0.84, 0.8, 0.735],
  pool: null,
  sky: grey(0.42),
  ground: grey(0.24, 0.06),
  contact: 0.55,
  wide: [
    { towards: [0.2, 0.1, 1], concentration: 9, colour: grey(0.75) },
    { towards: [0.8, -1, 0.7], concentration: 14, colour: grey(0.7, 0.04) },
    { towards: [-1.6, 1.5, 1.1], concentration: 8, colour: [0.3, 0.36, 0.46] },
    { towards: [1, 1, 0.4], concentration: 20, colour: grey(0.5) },
  ],
};

/** The light of recorded pictures: whoever drives, whatever the theme. */
export const RECORD_STUDIO: Readonly<Record<WorldKind, Studio>> = {
  tabletop: RECORD,
  "two-arm": RECORD,
  room: RECORD,
  course: RECORD,
  mobile: RECORD,
};
/** Behind everything in a recorded picture, and every status light in it, sRGB. */
export const RECORD_BACKGROUND = "#c9c7c2";
export const RECORD_LAMP = "#7a828a";
/** The stop button's cap, sRGB. */
export const STOP_CAP = "#c21a2c";

const LIGHT: PageLook = {
  studio: { ...RECORD, sky: grey(0.38), ground: grey(0.22, 0.06), contact: 0.6 },
  backdrop: ["#f7f5f1", "#dcd8d0"],
  floor: "#e9e6df",
  grid: { colour: "#6b655b", opacity: 0.17 },
  driver: { you: "#12a594", policy: "#6f5ae6", plan: "#2f78dc", nobody: "#8a9199" },
  glow: 0.35,
  warn: "#ffb020",
  danger: "#ff8552",
  aim: "#55f0d8",
  done: "#8be36f",
  guide: "#f2fffc",
  reach: "#3a2a12",
  ghost: { base: 0.2, rim: 0.86 },
  gizmo: { x: "#d6372a", y: "#1f9a4b", z: "#2b6fe0", hub: "#ffffff" },
};

const DARK: PageLook = {
  studio: {
    key: [1.02, 0.95, 0.86],
    pool: 2.3,
    sky: [0.085, 0.095, 0.11],
    ground: [0.05, 0.05, 0.055],
    contact: 0.75,
    wide: [
      { towards: [0.1, 0.2, 1], concentration: 10, colour: [0.5, 0.52, 0.56] },
      { towards: [0.9, -1, 0.75], concentration: 16, colour: [0.62, 0.57, 0.5] },
      { towards: [-1.6, 1.5, 0.9], concentration: 7, colour: [0.55, 0.72, 1.05] },
      { towards: [1, 1, 0.3], concentration: 22, colour: [0.3, 0.4, 0.55] },
    ],
  },
  backdrop: ["#20272e", "#0c0f12"],
  floor: "#1a1f24",
  grid: { colour: "#8fa6b5", opacity: 0.16 },
  driver: { you: "#3fd3be", policy: "#afa2ff", plan: "#7db8ff", nobody: "#8d97a2" },
  glow: 0.85,
  warn: "#ffb020",
  danger: "#ff8552",
  aim: "#55f0d8",
  done: "#8be36f",
  guide: "#eafffb",
  reach: "#3a2a12",
  ghost: { base: 0.1, rim: 0.75 },
  gizmo: { x: "#ff6b5e", y: "#5fd884", z: "#6aa9ff", hub: "#ffffff" },
};

/** The page's looks. */
export const PAGE_LOOK: Readonly<Record<Theme, PageLook>> = { dark: DARK, light: LIGHT };
