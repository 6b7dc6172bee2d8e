/** What pointers do on the scene: drag a handle of the gizmo, turn the picture, move it, come nearer. CSS pixels. */
import { sharedNow } from "./link.js";
import type { Studio } from "./studio.js";

/** Left drags a handle or turns the picture, right and middle move it, the wheel comes nearer. */
export function listenToPointer(studio: Studio, host: HTMLElement, canvas: HTMLCanvasElement): () => void {
  const held = new Map<number, { x: number; y: number; button: number; gizmo: boolean }>();
  const place = (event: PointerEvent | WheelEvent) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent): void => {
    const view = studio.view.peek();
    if (view === null) return;
    host.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const { x, y } = place(event);
    const hand = studio.live()?.at(sharedNow())?.hand;
    const handle =
      event.button === 0 && studio.drivable.peek() && hand !== undefined ? view.pickGizmo(x, y) : null;
    if (handle !== null && hand !== undefined) studio.input.peek()?.grab(handle, hand, view.ray(x, y));
    held.set(event.pointerId, { x, y, button: event.button, gizmo: handle !== null });
  };
  const move = (event: PointerEvent): void => {
    const view = studio.view.peek();
    if (view === null) return;
    const { x, y } = place(event);
    const grip = held.get(event.pointerId);
    if (grip === undefined) {
      if (event.pointerType === "mouse") canvas.style.cursor = view.pickGizmo(x, y) === null ? "" : "grab";
      return;
    }
    const [dx, dy] = [x - grip.x, y - grip.y];
    held.set(event.pointerId, { ...grip, x, y });
    if (grip.gizmo) {
      const hand = studio.live()?.at(sharedNow())?.hand;
      if (hand !== undefined) studio.input.peek()?.drag(hand, view.ray(x, y), event.shiftKey);
      return;
    }
    if (held.size === 2) {
      const [a, b] = [...held.values()];
      const before = Math.hypot(x - dx - (a!.x === x ? b!.x : a!.x), y - dy - (a!.y === y ? b!.y : a!.y));
      const after = Math.hypot(a!.x - b!.x, a!.y - b!.y);
      if (before > 0) view.camera.zoom(after / before);
      view.camera.pan(dx / 2, dy / 2);
    } else if (grip.button === 0) view.camera.orbit(-dx * 0.006, dy * 0.006);
    else view.camera.pan(dx, dy);
  };
  const up = (event: PointerEvent): void => {
    if (held.get(event.pointerId)?.gizmo === true) studio.input.peek()?.drop();
    held.delete(event.pointerId);
  };
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    studio.view.peek()?.camera.zoom(Math.exp(-event.deltaY * 0.0012), place(event));
  };
  const menu = (event: Event): void => event.preventDefault();
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("contextmenu", menu);
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
    canvas.removeEventListener("wheel", wheel);
    canvas.removeEventListener("contextmenu", menu);
  };
}
