/** The page's hatch on a canvas: what is there and does not count. Pixels of the context. */

/** A box on a canvas. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fills a box with slanted lines. @param scale pixels of the context for one of the page */
export function hatch(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: Box,
  colour: string,
  scale = 1,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = scale;
  context.setLineDash([]);
  context.beginPath();
  for (let at = left - height; at < left + width; at += 6 * scale) {
    context.moveTo(at, top + height);
    context.lineTo(at + height, top);
  }
  context.stroke();
  context.restore();
}
