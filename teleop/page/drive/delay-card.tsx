/** Where the time goes between a key and the motion it makes, and how steadily the clock ticks. Milliseconds. */
import { Icon } from "../icons.js";
import { delayOf, NOTICE } from "../notice.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";

/** Stages as a stack, rates below. */
export function DelayCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const timings = studio.link.timings.value;
  const contract = studio.link.opened.value?.contract ?? null;
  const picture = studio.pictureCost.value;
  const stages = [
    { name: "input", ms: Math.max(0, timings?.input ?? 0), word: text.delayInput },
    { name: "late", ms: Math.max(0, timings?.late ?? 0), word: text.delayLate },
    { name: "step", ms: timings?.step ?? 0, word: text.delayStep },
    { name: "picture", ms: picture, word: text.delayPicture },
  ];
  const { ms: total, stage: guilty } = delayOf(timings, picture);
  const level = total > NOTICE.long ? "danger" : total > NOTICE.delay ? "warn" : "";
  return (
    <section class={`card delay ${level}`} aria-label={text.delay}>
      <header>
        <Icon name="clock" />
        <h2>{text.delay}</h2>
        <b class="end">{text.ms(Math.round(total))}</b>
      </header>
      <div class="stack" aria-hidden="true">
        {stages.map(({ name, ms }) => (
          <i key={name} class={name} style={{ flexGrow: Math.max(0.5, ms) }} />
        ))}
      </div>
      <div class="legend">
        {stages.map(({ name, ms, word }) => (
          <span key={name} class={level !== "" && name === guilty ? "guilty" : ""}>
            <i class={name} />
            {word(ms.toFixed(ms < 10 ? 1 : 0))}
          </span>
        ))}
      </div>
      <div class="rates">
        <span>
          <b>{contract?.rates.physics ? text.hertz(String(contract.rates.physics)) : "–"}</b>
          {text.physics}
        </span>
        <span>
          <b>{contract === null ? "–" : text.hertz(String(contract.rates.policy))}</b>
          {text.commands}
        </span>
        <span>
          <b>{timings?.dropped ?? 0}</b>
          {text.droppedSteps}
        </span>
      </div>
    </section>
  );
}
