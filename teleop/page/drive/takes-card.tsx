/** The last takes: a picture each, whether it worked, how long it is. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { isAmplified } from "../amplification.js";
import { Icon } from "../icons.js";
import { routeTo } from "../route.js";
import { words } from "../settings.js";
import type { Studio, TakeRow } from "../studio.js";
import type { Words } from "../words/index.js";
import { flyIn } from "./flight.js";
import { PlanLine } from "./plan-sheet.js";

/** How many are shown. */
const SHOWN = 6;

/** The newest takes of the set, newest first. */
export function TakesCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const takes = studio.takes.value.filter((take) => !take.removed);
  // What stands here when the card comes has not come just now.
  const settled = useRef(false);
  useEffect(() => {
    settled.current = true;
  }, []);
  const newest = takes
    .filter((take) => !isAmplified(take))
    .slice(-SHOWN)
    .reverse();
  return (
    <section class="card takes-card grow" aria-label={text.lastTakes}>
      <header>
        <Icon name="back" />
        <h2>{text.lastTakes}</h2>
        {takes.length > 0 ? (
          <a class="end note" href={routeTo("episodes")}>
            {text.all(takes.length)}
          </a>
        ) : null}
      </header>
      <PlanLine studio={studio} />
      {newest.length === 0 ? (
        <p class="note">{text.noTakesYet}</p>
      ) : (
        <ul class="takes">
          {newest.map((take) => (
            <TakeCard key={take.index} studio={studio} take={take} comes={settled.current} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** One take. @param comes it may be the one that was kept a moment ago, and fly in */
function TakeCard(props: { readonly studio: Studio; readonly take: TakeRow; readonly comes: boolean }) {
  const { studio, take, comes } = props;
  const text = words.value;
  const place = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    if (!comes || studio.films.justKept.peek() !== take.index + 1) return;
    // Before it is seen, but with its picture, if that is there.
    const frame = requestAnimationFrame(() => place.current && flyIn(place.current));
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <li ref={place}>
      <a href={routeTo("episodes", take.index)} class={take.success === false ? "bad" : ""}>
        <span class="hidden-words">{takeName(text, take)}, </span>
        <Thumbnail studio={studio} take={take} />
        <span class="caption">
          <Verdict success={take.success} />
          <b aria-hidden="true">{take.index + 1}</b>
          <span class="end">{text.seconds(take.seconds.toFixed(1))}</span>
        </span>
      </a>
    </li>
  );
}

/** A take in words. */
export const takeName = (text: Words, { index, success }: TakeRow): string =>
  success === null
    ? text.takeUnknown(index + 1)
    : success
      ? text.takeSuccess(index + 1)
      : text.takeFailure(index + 1);

/** Check, cross, or a dash. */
export function Verdict({ success }: { readonly success: boolean | null }) {
  return success === null ? (
    <span class="verdict" aria-hidden="true">
      –
    </span>
  ) : (
    <span class={`verdict ${success ? "ok" : "no"}`}>
      <Icon name={success ? "check" : "cross"} />
    </span>
  );
}

/** The last picture of a take, or a drawn blank where there is none yet. */
export function Thumbnail({ studio, take }: { readonly studio: Studio; readonly take: TakeRow }) {
  const film = studio.films.all.value.get(take.index);
  return film === undefined ? (
    <span class="thumbnail blank">
      <Icon name="arm" />
    </span>
  ) : (
    <span
      class="thumbnail"
      style={{
        backgroundImage: `url(${film.url})`,
        backgroundSize: `${film.pictures * 100}% 100%`,
        backgroundPosition: "100% 0",
      }}
    />
  );
}
