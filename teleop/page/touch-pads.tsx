/** Two pads under the thumbs and a button for the gripper: shown where fingers drive. */
import { useRef } from "preact/hooks";
import { words } from "./settings.js";
import type { Studio } from "./studio.js";

/** Left pad, gripper, right pad. */
export function TouchPads({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const arm = studio.body.value === "arm";
  return (
    <section class="touch-pads" aria-label={text.pads}>
      <Pad studio={studio} pad="left" />
      <button
        type="button"
        class="grip"
        onClick={() => studio.act(arm ? { kind: "toggle-gripper" } : { kind: "brake" })}
      >
        {arm ? text.gripper : text.brake}
      </button>
      <Pad studio={studio} pad="right" />
    </section>
  );
}

function Pad({ studio, pad }: { readonly studio: Studio; readonly pad: "left" | "right" }) {
  const knob = useRef<HTMLElement>(null);
  const from = useRef({ x: 0, y: 0 });
  const tell = (event: PointerEvent, phase: "down" | "move" | "up"): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const x = event.clientX - (box.left + box.width / 2);
    const y = event.clientY - (box.top + box.height / 2);
    if (phase === "down") {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      from.current = { x, y };
    }
    studio.input.peek()?.pad(pad, phase, event.pointerId, x, y);
    if (knob.current !== null)
      knob.current.style.transform =
        phase === "up" ? "" : `translate(${x - from.current.x}px, ${y - from.current.y}px)`;
  };
  return (
    <div
      class="touch-pad"
      aria-hidden="true"
      onPointerDown={(event) => tell(event, "down")}
      onPointerMove={(event) => {
        if (event.buttons > 0) tell(event, "move");
      }}
      onPointerUp={(event) => tell(event, "up")}
      onPointerCancel={(event) => tell(event, "up")}
    >
      <i ref={knob} />
      <span>{pad === "left" ? "✥" : "↕ ⟲"}</span>
    </div>
  );
}
