/** The plan of the session on a sheet: how many takes of each sentence, how far each has come, what comes next. */
import { useEffect, useRef } from "preact/hooks";
import { MOST_EACH } from "../../studio/plan.js";
import { Icon } from "../icons.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";

/** Takes of each sentence that a plan begins with. */
const USUAL = 5;

/** The line under the last takes: how far the plan has come; opens the sheet. */
export function PlanLine({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { have, want, next } = studio.plan.progress.value;
  const open = (): void => {
    studio.planSheet.value = true;
  };
  if (want === 0)
    return (
      <button type="button" class="plan-line" onClick={open}>
        <Icon name="plan" />
        <span>{text.planThis}</span>
      </button>
    );
  return (
    <button type="button" class="plan-line" onClick={open}>
      <Icon name={next === null ? "check" : "plan"} />
      <span>{next === null ? text.planDone(have) : text.planHave(have, want)}</span>
      <span class="bar" aria-hidden="true">
        <i style={{ inlineSize: `${(100 * have) / want}%` }} />
      </span>
    </button>
  );
}

/** The sheet, closed unless asked for. */
export function PlanSheet({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const open = studio.planSheet.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = (): void => {
    studio.planSheet.value = false;
  };
  const { plan, progress } = studio.plan;
  const { each } = plan.value;
  const { rows, have, want, next } = progress.value;
  return (
    <dialog ref={dialog} class="card plan-sheet" aria-label={text.plan} onClose={close}>
      <header>
        <Icon name="plan" />
        <h2>{text.plan}</h2>
        <button type="button" class="small end" onClick={close}>
          {text.close}
        </button>
      </header>
      <p class="plan-each">
        <label for="plan-each">{text.planEach}</label>
        <input
          id="plan-each"
          type="number"
          min={0}
          max={MOST_EACH}
          value={each}
          onChange={(event) => {
            const value = Math.round(Number(event.currentTarget.value));
            studio.plan.want(value >= 0 && value <= MOST_EACH ? value : each);
          }}
        />
        {each === 0 ? (
          <button type="button" class="primary" onClick={() => studio.plan.want(USUAL)}>
            {text.planBegin(USUAL)}
          </button>
        ) : (
          <span class="end">{text.planHave(have, want)}</span>
        )}
      </p>
      <ul class="plan-rows">
        {rows.map((row) => (
          <li key={row.sentence.en} class={row.sentence.en === next ? "next" : ""}>
            <span lang={text.language === "zh" ? "zh-Hans" : "en"}>{row.sentence[text.language]}</span>
            {row.sentence.en === next ? <b>{text.planNext}</b> : null}
            <span class="bar" aria-hidden="true">
              <i
                style={{ inlineSize: `${row.want === 0 ? 0 : Math.min(100, (100 * row.have) / row.want)}%` }}
              />
            </span>
            <span class="end">{row.want === 0 ? row.have : text.ofMany(row.have, row.want)}</span>
          </li>
        ))}
      </ul>
      <p class="note">{text.planNote}</p>
    </dialog>
  );
}
