/** A rate and its 95 % interval as a bar. */
import type { Rate } from "../../../core/index.js";

/** A rate and its interval on a scale from 0 to 100 %. */
export function Interval({ rate, label }: { readonly rate: Rate; readonly label: string }) {
  return (
    <div class="interval" role="img" aria-label={label}>
      <i
        style={{
          insetInlineStart: `${100 * rate.low}%`,
          inlineSize: `${100 * (rate.high - rate.low)}%`,
        }}
      />
      <b style={{ insetInlineStart: `calc(${100 * rate.rate}% - 1px)` }} />
    </div>
  );
}
