/** The keys as a person has them: the usual ones, moved where they wanted, with what is written on them. */
import { useEffect, useState } from "preact/hooks";
import type { Body } from "../devices/intent.js";
import { KEY_MAPS, type KeyMap, remap } from "../devices/keymap.js";
import { type KeyMoves, keyMoves } from "./settings.js";

/** Keys that may be moved, by their usual place. */
export const MOVABLE: Readonly<Record<Body, readonly string[]>> = {
  arm: [
    ...["KeyW", "KeyS", "KeyA", "KeyD", "KeyQ", "KeyE", "KeyJ", "KeyL"],
    ...["Space", "KeyF", "KeyG", "KeyR", "KeyT", "KeyN", "Digit1", "Digit2"],
  ],
  base: ["KeyW", "KeyS", "KeyA", "KeyD", "Space", "KeyR", "KeyT", "KeyN", "Digit1", "Digit2"],
  carrier: [
    ...["KeyW", "KeyS", "KeyA", "KeyD", "KeyQ", "KeyE", "KeyB"],
    ...["Space", "KeyR", "KeyT", "KeyN", "Digit1", "Digit2"],
  ],
};

/** The map of a body; moves that do not fit it any more are passed over. */
export function keyMapOf(body: Body): KeyMap {
  let map = KEY_MAPS[body];
  for (const [from, to] of keyMoves[body].value) {
    try {
      map = remap(map, from, to);
    } catch {
      // A clash with a key of a newer version: the usual place stays.
    }
  }
  return map;
}

/** Where the key of that usual place is now. */
export const keyPlace = (moves: KeyMoves, usual: string): string =>
  moves.reduce((code, [from, to]) => (code === from ? to : code), usual);

/**
 * Moves a key; a key that goes back to its usual place is not moved at all.
 * @returns the usual place of the key that is there already, and nothing is moved; null when it was free
 */
export function moveKey(body: Body, usual: string, to: string): string | null {
  const moves = keyMoves[body].peek();
  const from = keyPlace(moves, usual);
  if (from === to) return null;
  const map = keyMapOf(body);
  if (map[to] !== undefined)
    return Object.keys(KEY_MAPS[body]).find((each) => keyPlace(moves, each) === to) ?? to;
  keyMoves[body].value = [...moves, [from, to]];
  return null;
}

const NAMES: Readonly<Record<string, string>> = {
  Space: "␣",
  Minus: "−",
  Equal: "=",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Semicolon: ";",
  Quote: "'",
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Backquote: "`",
};

/** What the keyboard in use writes on a key; the letters of QWERTY where the browser does not say. */
export function useLabels(): (code: string) => string {
  const [map, setMap] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const keyboard = (navigator as { keyboard?: { getLayoutMap?(): Promise<ReadonlyMap<string, string>> } })
      .keyboard;
    keyboard?.getLayoutMap?.().then(setMap, () => {});
  }, []);
  return (code) =>
    (map.get(code) ?? NAMES[code] ?? code.replace(/^(?:Key|Digit|Numpad|Arrow)/, "")).toUpperCase();
}
