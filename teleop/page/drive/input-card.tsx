/** What drives: the keys as they are pressed, the frame of motion, the gripper, the speed. */
import type { Body } from "../../devices/intent.js";
import { jointSpeedOf, SPEEDS } from "../../devices/speeds.js";
import { Icon } from "../icons.js";
import { keyPlace, useLabels } from "../keys.js";
import { keyMoves, oneHand, words } from "../settings.js";
import type { Studio } from "../studio.js";
import type { Words } from "../words/index.js";
import { degreesOf } from "./robot-card.js";

interface Cap {
  readonly code: string;
  readonly word: keyof Words["keys"] | null;
}

const ARM_MOVE: readonly Cap[] = [
  { code: "KeyQ", word: "up" },
  { code: "KeyW", word: "away" },
  { code: "KeyE", word: "down" },
  { code: "KeyA", word: "left" },
  { code: "KeyS", word: "near" },
  { code: "KeyD", word: "right" },
];
const ARM_TURN: readonly Cap[] = [
  { code: "KeyJ", word: "yawMinus" },
  { code: "KeyL", word: "yawPlus" },
];
const JOINT_PICK: readonly Cap[] = [
  { code: "KeyU", word: "previous" },
  { code: "KeyO", word: "next" },
];
const JOINT_TURN: readonly Cap[] = [
  { code: "KeyJ", word: "minus" },
  { code: "KeyL", word: "plus" },
];
const BASE_MOVE: readonly Cap[] = [
  { code: "KeyA", word: "turnLeft" },
  { code: "KeyW", word: "forward" },
  { code: "KeyD", word: "turnRight" },
  { code: "", word: null },
  { code: "KeyS", word: "back" },
  { code: "", word: null },
];
const CARRIER_MOVE: readonly Cap[] = [
  { code: "KeyQ", word: "up" },
  { code: "KeyW", word: "forward" },
  { code: "KeyE", word: "down" },
  { code: "KeyA", word: "turnLeft" },
  { code: "KeyS", word: "back" },
  { code: "KeyD", word: "turnRight" },
];
const MOVES: Readonly<Record<Body, readonly Cap[]>> = {
  arm: ARM_MOVE,
  base: BASE_MOVE,
  carrier: CARRIER_MOVE,
};
/** What a mobile manipulator's keys drive, one at a time. */
const PARTS = ["carrier", "arm"] as const;
const FRAMES = ["view", "world", "tool"] as const;

/** Keys, frame, gripper, speed. */
export function InputCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const labels = useLabels();
  const input = studio.input.value;
  const body = studio.body.value;
  if (input === null) return null;
  const pressed = input.pressed.value;
  const latched = input.latched.value;
  /** How a key is drawn that is down, or goes on though nothing holds it. */
  const shown = (...codes: string[]): string =>
    codes.some((code) => latched.has(code))
      ? "on latched"
      : codes.some((code) => pressed.has(code))
        ? "on"
        : "";
  const step = input.speed.value;
  const led = input.joint.value;
  const place = (usual: string): string => keyPlace(keyMoves[body].value, usual);
  const { linear } = SPEEDS[body][step - 1]!;
  const key = ({ code, word }: Cap) =>
    word === null ? (
      <span key={`gap-${code}`} />
    ) : (
      <kbd key={code} class={shown(place(code))}>
        {latched.has(place(code)) ? <Icon name="lock" /> : null}
        {labels(place(code))}
        <span>{text.keys[word]}</span>
      </kbd>
    );
  return (
    <section class="card input" aria-label={text.keyboard}>
      <header>
        <Icon name={input.device.value === "gamepad" ? "pad" : "keyboard"} />
        <h2>{input.device.value === "gamepad" ? text.gamepad : text.keyboard}</h2>
        <button
          type="button"
          class="plain small sheet-button"
          aria-label={text.keySheet}
          title={`${text.keySheet} (/)`}
          onClick={() => {
            studio.sheet.value = true;
          }}
        >
          ?
        </button>
        {body === "arm" ? (
          <fieldset class="segments end">
            <legend class="hidden-words">{text.frame}</legend>
            {FRAMES.map((frame) => (
              <button
                type="button"
                key={frame}
                aria-pressed={led === null && input.frame.value === frame}
                title="F"
                onClick={() => {
                  if (input.joint.peek() !== null) input.tap(place("KeyF"));
                  while (input.frame.peek() !== frame) input.tap(place("KeyF"));
                }}
              >
                {text.frames[frame]}
              </button>
            ))}
          </fieldset>
        ) : null}
      </header>
      {studio.link.opened.value?.body === "carrier" ? (
        <div class="row parts">
          <kbd class={pressed.has(place("KeyB")) ? "on" : ""}>{labels(place("KeyB"))}</kbd>
          <fieldset class="segments end">
            <legend class="hidden-words">{text.switchBody}</legend>
            {PARTS.map((part) => (
              <button
                type="button"
                key={part}
                aria-pressed={body === part}
                onClick={() => {
                  if (body !== part) input.act({ kind: "switch-body" });
                }}
              >
                {text.bodies[part]}
              </button>
            ))}
          </fieldset>
        </div>
      ) : null}
      {studio.lead.value === null ? null : (
        <div class="row parts">
          <kbd class={pressed.has(place("KeyG")) ? "on" : ""}>{labels(place("KeyG"))}</kbd>
          <fieldset class="segments end">
            <legend class="hidden-words">{text.jointMode}</legend>
            {[false, true].map((joint) => (
              <button
                type="button"
                key={String(joint)}
                aria-pressed={joint === (led !== null)}
                onClick={() => {
                  if (joint !== (input.joint.peek() !== null)) input.tap(place("KeyG"));
                }}
              >
                {joint ? text.byJoint : text.byHand}
              </button>
            ))}
          </fieldset>
        </div>
      )}
      {led !== null ? (
        <>
          <div class="pads led">
            <div>
              <p class="note">{text.pickJoint}</p>
              <div class="keys two">{JOINT_PICK.map(key)}</div>
            </div>
            <div>
              <p class="note">{text.turn}</p>
              <div class="keys two">{JOINT_TURN.map(key)}</div>
            </div>
          </div>
          <LedJoint studio={studio} index={led} />
        </>
      ) : (
        <div class={`pads ${body}`}>
          <div>
            <p class="note">{text.move}</p>
            <div class="keys">{MOVES[body].map(key)}</div>
          </div>
          {body === "arm" ? (
            <div>
              <p class="note">{text.turn}</p>
              <div class="keys two">{ARM_TURN.map(key)}</div>
            </div>
          ) : null}
        </div>
      )}
      <div class="row">
        <kbd class={`wide ${shown(place("Space"))}`}>
          {place("Space") === "Space" ? text.space : labels(place("Space"))}
        </kbd>
        <span>{body === "arm" ? text.gripper : text.brake}</span>
        {body === "arm" ? <GripperWords studio={studio} /> : null}
      </div>
      <div class="row">
        <kbd class={`wide ${shown("ShiftLeft", "ShiftRight")}`}>
          {latched.has("ShiftLeft") ? <Icon name="lock" /> : null}
          {text.shift}
        </kbd>
        <span>{text.fine}</span>
      </div>
      <div class="row speed">
        <span>{text.speed}</span>
        <span class="bars" aria-hidden="true">
          {SPEEDS[body].map((each, index) => (
            <i key={each.linear} class={index < step ? "on" : ""} />
          ))}
        </span>
        <b class="end">
          {led !== null
            ? text.degreesPerSecond(Math.round((jointSpeedOf(step) * 180) / Math.PI))
            : body === "arm"
              ? text.mmPerSecond(Math.round(linear * 1000))
              : text.mPerSecond(linear.toFixed(2))}
        </b>
        <button type="button" class="key" aria-label={text.slower} onClick={() => input.tap("Minus")}>
          −
        </button>
        <button type="button" class="key" aria-label={text.faster} onClick={() => input.tap("Equal")}>
          +
        </button>
      </div>
      {oneHand.value ? (
        <p class="note one-hand" role="status">
          <Icon name="lock" />
          {latched.size === 0
            ? text.oneHandRest
            : text.oneHandGoes(
                [...latched].map((code) => (code === "ShiftLeft" ? text.shift : labels(code))),
              )}
        </p>
      ) : null}
    </section>
  );
}

/** The joint that leads: where it is, how far it may go either way, and whether it can lead from here. */
function LedJoint({ studio, index }: { readonly studio: Studio; readonly index: number }) {
  const text = words.value;
  const lead = studio.lead.value;
  const { joints, hand } = studio.numbers.value;
  const arm = lead === null ? [] : joints.slice(-lead.names.length);
  const angle = arm[index];
  if (lead === null || hand === null || angle === undefined) return null;
  const name = text.joint(index + 1);
  const room = (margin: number): string => degreesOf(Math.max(0, margin));
  return (
    <div class="led-joint">
      <p class="row">
        <b>{text.jointAt(name, degreesOf(angle))}</b>
        <span class="end">
          {text.jointRoom(room(angle - lead.lower[index]!), room(lead.upper[index]! - angle))}
        </span>
      </p>
      <p class="note" role="status">
        {lead.leads(hand, arm, index) ? text.jointLeads(name) : text.jointStuck(name)}
      </p>
    </div>
  );
}

function GripperWords({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { width, holds } = studio.gripper.value;
  const mm = Math.round(width * 1000);
  return (
    <b class="end">
      {holds ? text.gripperHolds(mm) : width > 0.06 ? text.gripperOpen(mm) : text.gripperClosed(mm)}
    </b>
  );
}
