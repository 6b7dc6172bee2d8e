/**
 * The timeline of a take: the tool's speed over its seconds, when the hand was closed, what happened; what a rewind
 * cut off stays hatched behind it. Where the take ends now is marked by an element over it, which the style moves.
 */
import { hatch } from "../hatch.js";
import type { History, Mark } from "../history.js";

/** Where the take stands. */
export interface TimelineState {
  /** frames a second */
  readonly rate: number;
  readonly frames: number;
  readonly tail: number;
}

/** px from the left of the canvas: where the take ends now, and where what was cut off from it does. */
export interface TimelineEnds {
  readonly take: number;
  readonly tail: number;
}

/** Draws it over the whole canvas in the colours of the page. @returns null where there is no canvas to be seen */
export function drawTimeline(
  canvas: HTMLCanvasElement,
  history: History,
  state: TimelineState,
): TimelineEnds | null {
  const { clientWidth: width, clientHeight: height } = canvas;
  // By the processor: a context of graphics is waited for, behind everything that they have to do.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null || width === 0) return null;
  const ratio = Math.min(2, devicePixelRatio);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const { rate, frames, tail } = state;
  const seconds = Math.max(15, ((frames + tail) / rate) * 1.04);
  const [top, base] = [9, height - 17];
  const x = (frame: number): number => (frame / rate / seconds) * (width - 8) + 1;

  context.font = `11px ${style.fontFamily}`;
  const step = [3, 5, 10, 20, 60, 120, 300].find((each) => seconds / each <= Math.min(7, width / 46)) ?? 600;
  for (let at = 0; at <= seconds; at += step) {
    context.fillStyle = colour("--line");
    context.fillRect(Math.round(x(at * rate)), top, 1, base - top);
    context.fillStyle = colour("--text-3");
    context.textAlign = at === 0 ? "left" : "center";
    if (x(at * rate) < width - 14) context.fillText(`${at} s`, x(at * rate), height - 3);
  }
  context.fillStyle = colour("--line");
  context.fillRect(0, base, width, 1);

  const { speeds, closed, marks } = history;
  const highest = Math.max(0.15, ...speeds);
  const y = (speed: number): number => base - (Math.min(speed, highest) / highest) * (base - top) * 0.92;
  const curve = (from: number, to: number): void => {
    context.beginPath();
    for (let i = from; i < to; i++) context.lineTo(x(i + 1), y(speeds[i] ?? 0));
  };
  if (frames > 1) {
    curve(0, Math.min(frames, speeds.length));
    context.strokeStyle = colour("--driver");
    context.lineWidth = 1.5;
    context.stroke();
    context.lineTo(x(Math.min(frames, speeds.length)), base);
    context.lineTo(x(1), base);
    const fill = context.createLinearGradient(0, top, 0, base);
    fill.addColorStop(0, `${colour("--driver")}55`);
    fill.addColorStop(1, `${colour("--driver")}08`);
    context.fillStyle = fill;
    context.fill();
  }
  context.fillStyle = colour("--text-2");
  for (let i = 0; i < Math.min(frames, closed.length); i++)
    if (closed[i] === true) context.fillRect(x(i), base - 1, x(i + 1) - x(i) + 0.5, 3);
  if (tail > 0) {
    const cutOff = { left: x(frames), top, width: x(frames + tail) - x(frames), height: base - top };
    hatch(context, cutOff, colour("--text-3"));
  }
  for (const mark of marks) if (mark.frame <= frames) drawMark(context, mark, x(mark.frame), top, colour);
  return { take: x(frames), tail: x(frames + tail) };
}

/** ◆ grip, ● release, ▲ limit or contact, ⟲ a rewind that ended there. */
function drawMark(
  context: CanvasRenderingContext2D,
  { what }: Mark,
  x: number,
  y: number,
  colour: (name: string) => string,
): void {
  context.beginPath();
  switch (what) {
    case "grip":
      context.fillStyle = colour("--text-1");
      context.moveTo(x, y - 5);
      context.lineTo(x + 5, y);
      context.lineTo(x, y + 5);
      context.lineTo(x - 5, y);
      break;
    case "collision":
    case "contact":
    case "near-limit":
    case "at-limit":
      context.fillStyle = colour(what === "collision" ? "--danger" : "--warn");
      context.moveTo(x, y - 5);
      context.lineTo(x + 5, y + 4);
      context.lineTo(x - 5, y + 4);
      break;
    case "rewind":
      context.strokeStyle = context.fillStyle = colour("--text-1");
      context.lineWidth = 1.5;
      context.arc(x, y, 3.5, -0.6 * Math.PI, 0.9 * Math.PI);
      context.stroke();
      context.beginPath();
      context.moveTo(x - 5.5, y - 4);
      context.lineTo(x + 0.5, y - 6.5);
      context.lineTo(x + 0.5, y - 0.5);
      break;
    default:
      context.fillStyle = colour("--text-3");
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
  }
  context.fill();
}
