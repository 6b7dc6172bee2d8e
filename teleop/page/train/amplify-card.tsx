/** Few takes become many: how many, the button, and the yield as it comes. */
import { useSignal } from "@preact/signals";
import { wilson } from "../../../core/index.js";
import { isAmplified } from "../amplification.js";
import { Icon } from "../icons.js";
import { usable } from "../library.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import type { Words } from "../words/index.js";

const MOST = 2000;

/** Number, button, yield. */
export function AmplifyCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { amplification, link } = studio;
  const to = useSignal(100);
  const state = amplification.state.value;
  const { tried, kept, failures } = amplification.found.value;
  const used = studio.takes.value.filter(usable);
  const takes = used.filter((take) => take.success === true && !isAmplified(take)).length;
  const busy = state.state === "preparing" || state.state === "running";
  const arm = link.opened.value?.contract.control === "tool-pose";
  const rate = wilson(kept, tried);
  return (
    <section class="card amplify" aria-label={text.amplify}>
      <header>
        <Icon name="fan" />
        <h2>{text.amplify}</h2>
      </header>
      {!arm ? (
        <p class="note">{text.amplifyNotHere}</p>
      ) : takes === 0 ? (
        <p class="note">{text.amplifyNeedsTakes}</p>
      ) : (
        <>
          <div class="fields">
            <label for="amplify-to">{text.amplifyTo}</label>
            <input
              id="amplify-to"
              type="number"
              min={used.length + 1}
              max={MOST}
              value={to.value}
              disabled={busy}
              onChange={(event) => {
                to.value = Math.round(Number(event.currentTarget.value)) || to.peek();
              }}
            />
          </div>
          {busy ? (
            <button type="button" class="wide-button" onClick={amplification.stop}>
              {text.amplifyStop}
            </button>
          ) : (
            <button
              type="button"
              class="wide-button"
              disabled={to.value <= used.length || to.value > MOST}
              onClick={() => void amplification.start(to.peek())}
            >
              {text.amplifyButton(takes, to.value)}
            </button>
          )}
          <div class="lines">
            {state.state === "running" ? (
              <div class="bar">
                <i style={{ inlineSize: `${(100 * state.kept) / Math.max(1, state.wanted)}%` }} />
              </div>
            ) : null}
            <p role="status">{stateWords(text, state)}</p>
            {tried > 0 ? (
              <p>
                {text.amplifyYield}
                <b>{text.amplifyKept(kept, tried, Math.round(100 * rate.rate))}</b>
              </p>
            ) : null}
            {Object.entries(failures).map(([kind, n]) => (
              <p key={kind}>
                {kind === "out-of-reach" ? text.outOfReach : (text.outcomes[kind] ?? kind)}
                <b>{n}</b>
              </p>
            ))}
            {state.state === "done" && state.refused[0] !== undefined ? (
              <p>{text.amplifyRefused(state.refused.length, state.refused[0])}</p>
            ) : null}
          </div>
          <p class="note">{used.length > takes ? text.amplifyNext : text.amplifyExplain}</p>
        </>
      )}
    </section>
  );
}

function stateWords(text: Words, state: Studio["amplification"]["state"]["value"]): string {
  switch (state.state) {
    case "idle":
      return text.amplifyIdle;
    case "preparing":
      return text.amplifyPreparing(state.done, state.total);
    case "running":
      return text.amplifyRuns(state.kept, state.wanted);
    case "done":
      return text.amplifyDone(state.kept);
    case "failed":
      return text.amplifyFailed(state.reason);
  }
}
