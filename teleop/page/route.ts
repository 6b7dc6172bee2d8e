/** Where the page is: `#/drive`, `#/episodes/12?t=3.2`, `#/train`, `#/rollouts`. The address says it, links work. */
import { signal } from "@preact/signals";

/** The screens that exist. */
export const SCREENS = ["drive", "episodes", "train", "rollouts"] as const;
export type Screen = (typeof SCREENS)[number];

/** A place in the page. */
export interface Route {
  readonly screen: Screen;
  /** an episode of the data set, on `episodes` */
  readonly episode: number | null;
  /** seconds into it */
  readonly time: number;
}

/** Reads an address; anything unknown is `drive`. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name, item] = path.split("/");
  const screen = SCREENS.find((each) => each === name) ?? "drive";
  const episode = item !== undefined && /^\d{1,9}$/.test(item) ? Number(item) : null;
  const time = Number(new URLSearchParams(query).get("t") ?? 0);
  return { screen, episode, time: Number.isFinite(time) && time > 0 ? time : 0 };
}

/** The address of a place. */
export const routeTo = (screen: Screen, episode: number | null = null, time = 0): string =>
  `#/${screen}${episode === null ? "" : `/${episode}`}${time > 0 ? `?t=${time.toFixed(1)}` : ""}`;

/** Where the page is now. */
export const route = signal<Route>(parseRoute(location.hash));
addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash);
});

/** Goes there. */
export const go = (address: string): void => {
  location.hash = address;
};

/**
 * Says the rest of a place that the address leaves open: Back does not lead here again. Who has gone elsewhere meanwhile,
 * even if the page has yet to hear of it, stays there.
 */
export function complete(open: Screen, address: string): void {
  const { screen, episode } = parseRoute(location.hash);
  if (screen === open && episode === null) location.replace(address);
}
