/** What keys and a D-pad do to the picture: turn it by 5°, come nearer, go from view to view. */
import type { Signal } from "@preact/signals";
import type { ViewCamera } from "../../sim/view/index.js";
import type { CameraMove } from "../devices/intent.js";

/** Does it. @param preset the name of the view that is shown, which follows */
export function moveCamera(move: CameraMove, camera: ViewCamera | undefined, preset: Signal<string>): void {
  if (camera === undefined) return;
  const turn = (5 * Math.PI) / 180;
  const names = camera.presets;
  const at = names.indexOf(preset.peek());
  const choose = (index: number): void => {
    preset.value = names[(index + names.length) % names.length]!;
    camera.preset(preset.peek());
  };
  switch (move) {
    case "left":
      camera.orbit(turn, 0);
      return;
    case "right":
      camera.orbit(-turn, 0);
      return;
    case "up":
      camera.orbit(0, turn);
      return;
    case "down":
      camera.orbit(0, -turn);
      return;
    case "nearer":
      camera.zoom(1.15);
      return;
    case "farther":
      camera.zoom(1 / 1.15);
      return;
    case "preset":
      choose(at);
      return;
    case "next-preset":
      choose(at + 1);
      return;
    case "previous-preset":
      choose(at - 1);
      return;
  }
}
