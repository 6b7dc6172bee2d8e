/**
 * Charts of the page, drawn by uPlot in its colours: state solid, action dashed, a playhead shared with the picture.
 */
import { effect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { hatch } from "./hatch.js";
import { theme } from "./settings.js";

/** A curve. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** a CSS variable, e.g. `--you` */
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly width?: number;
}

/** A stretch of the x axis. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a chart shows. */
export interface ChartProps {
  readonly label: string;
  readonly x: readonly number[];
  readonly series: readonly Series[];
  /** written behind numbers of the x axis */
  readonly unit: string;
  readonly logarithmic?: boolean;
  /** hollow dots at the values */
  readonly points?: boolean;
  /** of the y axis; default what the curves need */
  readonly range?: readonly [number, number];
  /** a line at this x, and where a click puts it */
  readonly playhead?: ReadonlySignal<number>;
  readonly onSeek?: (x: number) => void;
  /** stretches that count, by rising x: what lies beside them is hatched, where two meet is a line */
  readonly used?: ReadonlySignal<readonly Span[]>;
}

/** A chart that fills its box. */
export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const { x, series, playhead, onSeek, used, logarithmic = false, points = false, unit, range } = props;
  const look = theme.value;
  useEffect(() => {
    const host = box.current;
    if (host === null || x.length === 0) return;
    const style = getComputedStyle(host);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const axis: uPlot.Axis = {
      stroke: colour("--text-3"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: `11px ${style.fontFamily}`,
    };
    const plot = new uPlot(
      {
        width: Math.max(60, host.clientWidth),
        height: Math.max(60, host.clientHeight),
        padding: [6, 10, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 5 } },
        scales: {
          x: { time: false },
          y: logarithmic ? { distr: 3 } : range === undefined ? {} : { range: [range[0], range[1]] },
        },
        axes: [
          { ...axis, size: 22, gap: 2, values: (_, all) => all.map((value) => `${value}${unit}`) },
          {
            ...axis,
            size: 44,
            gap: 4,
            values: (_, all) =>
              all.map((value) =>
                value === null ? "" : String(Number(value.toPrecision(3))).replace("-", "−"),
              ),
          },
        ],
        series: [
          {},
          ...series.map((each) => ({
            label: each.name,
            stroke: colour(each.colour),
            width: each.width ?? 1.5,
            dash: [...(each.dash ?? [])],
            points: { show: points, size: 7, width: 2, fill: colour("--surface-1") },
          })),
        ],
        hooks: {
          draw: [
            (self: uPlot) => {
              if (used !== undefined) drawUnused(self, used.peek(), x.at(-1) ?? 0, colour);
              if (playhead === undefined) return;
              const at = self.valToPos(playhead.peek(), "x", true);
              self.ctx.fillStyle = colour("--text-1");
              self.ctx.fillRect(at - devicePixelRatio, self.bbox.top, 2 * devicePixelRatio, self.bbox.height);
            },
          ],
        },
      },
      [[...x], ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
      host,
    );
    const seek = (event: PointerEvent): void => {
      if (event.buttons === 0) return;
      onSeek?.(plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x"));
    };
    plot.over.addEventListener("pointerdown", seek);
    plot.over.addEventListener("pointermove", seek);
    const resized = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(60, host.clientWidth), height: Math.max(60, host.clientHeight) }),
    );
    resized.observe(host);
    const stop = effect(() => {
      if (playhead === undefined) return;
      playhead.value;
      used?.value;
      plot.redraw(false, false);
    });
    return () => {
      stop();
      resized.disconnect();
      plot.destroy();
    };
  }, [x, series, logarithmic, points, unit, range, playhead, onSeek, used, look]);
  return <div ref={box} class="chart" role="img" aria-label={props.label} />;
}

/** Veils and hatches what does not count, up to the last x, and draws a line where two stretches meet. */
function drawUnused(
  { ctx, bbox, valToPos }: uPlot,
  used: readonly Span[],
  last: number,
  colour: (name: string) => string,
): void {
  const at = (x: number): number => valToPos(Math.min(last, Math.max(0, x)), "x", true);
  let end = at(0);
  for (const { from, to } of [...used, { from: last, to: last }]) {
    const box = { left: end, top: bbox.top, width: at(from) - end, height: bbox.height };
    if (box.width > 1) {
      ctx.save();
      ctx.globalAlpha = 0.6;
      ctx.fillStyle = colour("--surface-1");
      ctx.fillRect(box.left, box.top, box.width, box.height);
      ctx.restore();
      hatch(ctx, box, colour("--control"), devicePixelRatio);
    } else if (end > at(0) && from < last) {
      ctx.fillStyle = colour("--text-3");
      ctx.fillRect(end - devicePixelRatio / 2, box.top, devicePixelRatio, box.height);
    }
    end = at(to);
  }
}
