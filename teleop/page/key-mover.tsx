/** Keys to be moved: press the button, then the key; a key that is taken is refused by its name. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Body } from "../devices/intent.js";
import { keyPlace, MOVABLE, moveKey, useLabels } from "./keys.js";
import { keyMoves, words } from "./settings.js";
import type { Studio } from "./studio.js";
import type { Words } from "./words/index.js";

/** The keys of the body that is driven. */
export function KeyMover({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const body = studio.body.value;
  const labels = useLabels();
  const asking = useSignal<string | null>(null);
  const refusal = useSignal("");
  const moves = keyMoves[body].value;
  useEffect(() => {
    const usual = asking.value;
    if (usual === null) return;
    const hear = (event: KeyboardEvent): void => {
      if (event.code === "Tab") return;
      event.preventDefault();
      event.stopPropagation();
      asking.value = null;
      if (event.code === "Escape" || event.ctrlKey || event.metaKey || event.altKey) return;
      const taken = moveKey(body, usual, event.code);
      refusal.value = taken === null ? "" : text.keyTaken(labels(event.code), keyWord(text, body, taken));
    };
    addEventListener("keydown", hear, { capture: true });
    return () => removeEventListener("keydown", hear, { capture: true });
  });
  return (
    <section class="key-mover">
      <h3 class="note">{text.moveKeys}</h3>
      <ul>
        {MOVABLE[body].map((usual) => (
          <li key={usual}>
            <span>{keyWord(text, body, usual)}</span>
            <button
              type="button"
              class="small"
              aria-pressed={asking.value === usual}
              aria-label={`${keyWord(text, body, usual)}: ${labels(keyPlace(moves, usual))}`}
              onClick={() => {
                refusal.value = "";
                asking.value = asking.peek() === usual ? null : usual;
              }}
            >
              {asking.value === usual ? text.pressKey : labels(keyPlace(moves, usual))}
            </button>
          </li>
        ))}
      </ul>
      <p class="note" role="status">
        {refusal.value}
      </p>
      <button
        type="button"
        class="small"
        disabled={moves.length === 0}
        onClick={() => {
          keyMoves[body].value = [];
          refusal.value = "";
        }}
      >
        {text.usualKeys}
      </button>
    </section>
  );
}

/** What the key of that usual place does. */
function keyWord(text: Words, body: Body, usual: string): string {
  const arm = body === "arm";
  const known: Readonly<Record<string, string>> = {
    KeyW: arm ? text.keys.away : text.keys.forward,
    KeyS: arm ? text.keys.near : text.keys.back,
    KeyA: arm ? text.keys.left : text.keys.turnLeft,
    KeyD: arm ? text.keys.right : text.keys.turnRight,
    KeyQ: text.keys.up,
    KeyE: text.keys.down,
    KeyJ: text.keys.yawMinus,
    KeyL: text.keys.yawPlus,
    Space: arm ? text.gripper : text.brake,
    KeyF: text.frame,
    KeyG: text.jointMode,
    KeyB: text.switchBody,
    KeyR: text.record,
    KeyT: text.takeOver,
    KeyN: text.newLayoutWord,
    Digit1: text.success,
    Digit2: text.fail,
  };
  return known[usual] ?? text.keySheet;
}
