/** The icons of the page: a 16 px box (24 for the mark), round strokes of 1.5, in the colour of the text beside. */

const PATHS = {
  camera: "M3.5 4h5a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM10.5 7l4-2v6l-4-2",
  keyboard:
    "M3.5 3.5h9a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2zM4.5 6.5h.01M7 6.5h.01M9.5 6.5h.01M11.8 6.5h.01M4.8 9.7h6.4",
  pad: "M5 4.5h6a4 4 0 0 1 0 8c-1.5 0-1.8-1.5-3-1.5s-1.5 1.5-3 1.5a4 4 0 0 1 0-8zM5 7v2.4M3.8 8.2h2.4M11 7.5h.01M10.2 9h.01",
  task: "M2 4l1.2 1.2L5.4 3M2 11l1.2 1.2 2.2-2.2M8 4.2h6M8 11.2h6",
  arm: "M2.5 14h6M5.5 14V9.5l-2-3L9 3l3.5 2-.8 2.6M12.5 5l1.6 2",
  base: "M3 6.5h10v5H3zM5 11.5v1.5M11 11.5v1.5M6 6.5V4h4v2.5",
  back: "M2.5 3v3.6h3.6M2.8 6.4a5.6 5.6 0 1 1-.2 3.4",
  forward: "M13.5 3v3.6H9.9M13.2 6.4a5.6 5.6 0 1 0 .2 3.4",
  trash: "M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4",
  check: "M3 8.5l3.2 3.2L13 4.8",
  cross: "M4 4l8 8M12 4l-8 8",
  question: "M5.2 6a2.8 2.8 0 1 1 4.2 2.4c-1 .6-1.4 1.1-1.4 2M8 13h.01",
  warn: "M8 2l6.4 11.5H1.6zM8 6.5v3M8 11.6h.01",
  sun: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.1 1.1M11.9 11.9L13 13M13 3l-1.1 1.1M4.1 11.9L3 13",
  moon: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
  auto: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 2v12M8 5h3.8M8 8h6M8 11h3.8",
  dice: "M5 2h6a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3zM5.5 5.5h.01M10.5 10.5h.01M10.5 5.5h.01M5.5 10.5h.01M8 8h.01",
  play: "M5 3.5l7.5 4.5L5 12.5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  chart: "M2.5 2.5v11h11M5 10.5l2.5-3 2 1.5L13 4.5",
  clock: "M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zM8 5v3.2l2.2 1.3",
  stack: "M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3",
  sliders:
    "M2 4.5h6.2M11.8 4.5H14M10 2.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6zM2 11.5h2.2M7.8 11.5H14M6 9.7a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z",
  fan: "M2 8h4M6 8l5.5-4.5M6 8h6M6 8l5.5 4.5M13.8 2.8h.01M14.2 8h.01M13.8 13.2h.01",
  down: "M8 2.5v8M4.8 7.5L8 10.7l3.2-3.2M3 13.5h10",
  open: "M2 12.5v-9h4l1.5 2H14v7z",
  eyeOff: "M2 8s2.2-4 6-4 6 4 6 4-2.2 4-6 4-6-4-6-4zM3 13L13 3",
  hand: "M5 8V4.5a1 1 0 0 1 2 0V7.5V3a1 1 0 0 1 2 0v4.5V4a1 1 0 0 1 2 0v6a4 4 0 0 1-4 4c-2 0-3-1-3.8-2.5L2.2 9.2a1 1 0 0 1 1.7-1z",
  sound: "M2.5 6.2h2.2L8 3.5v9L4.7 9.8H2.5zM10.4 6a3 3 0 0 1 0 4M12.2 4.2a5.4 5.4 0 0 1 0 7.6",
  mute: "M2.5 6.2h2.2L8 3.5v9L4.7 9.8H2.5zM10.8 6.4l3.2 3.2M14 6.4l-3.2 3.2",
  full: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  plan: "M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h2.5",
  octagon: "M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z",
  rewind: "M8 4L3.5 8 8 12M13 4L8.5 8l4.5 4",
  trimBegin: "M6.5 3H4v10h2.5M13 8H7.5M9.8 5.7L7.5 8l2.3 2.3",
  trimEnd: "M9.5 3H12v10H9.5M3 8h5.5M6.2 5.7L8.5 8l-2.3 2.3",
  split: "M8 2v12M2 5.5h3.5v5H2M14 5.5h-3.5v5H14",
  join: "M8 3v10M1.5 8h4M3.7 6L5.7 8l-2 2M14.5 8h-4M12.3 6l-2 2 2 2",
  leaveOut: "M2.5 5h11v6h-11zM5 10.8L8.5 5.2M8.5 10.8L12 5.2",
  restore: "M2.5 5h11v6h-11zM8 6.4v3.2M6.4 8h3.2",
  whole: "M2.5 5h11v6h-11zM5.2 8h5.6",
  lock: "M4 7.5h8v6H4zM5.8 7.5V5a2.2 2.2 0 0 1 4.4 0v2.5",
  list: "M5.5 4H14M5.5 8H14M5.5 12H14M2.5 4h.01M2.5 8h.01M2.5 12h.01",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** An icon; decoration, the words beside it say what it is. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);

/** The mark of the studio: an arm. */
export const Mark = () => (
  <svg class="mark-logo" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M4.5 19.5h9" stroke-width="2.2" />
    <path d="M9 19.5V14l-3-4 7.5-6.2" />
    <circle cx="6" cy="10" r="1.9" fill="currentColor" stroke="none" />
    <path d="M13.2 3.6l4.6 2.6-1 4.3M17.8 6.2l2.7 3.2" />
  </svg>
);

/** The octagon of Stop. */
export const Octagon = () => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z" fill="currentColor" stroke="none" />
  </svg>
);
