/** The deck of a policy: let it drive, take over, hand back, keep what came of it. */
import { SEED_RANGES } from "../../../policy/index.js";
import { timerOf } from "../drive/deck.js";
import { phaseWords } from "../drive/phase.js";
import { Playbar } from "../episodes/playbar.js";
import { Icon } from "../icons.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";

/** Trials begun by one press. */
const TRIALS = 10;

/** Start, take over, keep. */
export function RolloutDeck({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { link, policies } = studio;
  const recorder = link.recorder.value;
  const policy = policies.chosen.value;
  const ready = policy !== null && link.ready.value.includes(policy);
  const driver = studio.driver.value;
  const driving = driver !== "you";
  const stopped = recorder?.phase.name === "stopped";
  const tried = link.trials.value.filter((trial) => trial.policy === policy).length;
  const seeds = Array.from({ length: TRIALS }, (_, i) => SEED_RANGES.test.from + tried + i);
  if (studio.replay.active.value)
    return (
      <section class="card deck episode-deck" aria-label={text.playhead}>
        <Playbar studio={studio} />
        <div class="actions">
          <button
            type="button"
            class="primary end"
            onClick={() => {
              studio.replay.active.value = false;
            }}
          >
            {text.backToLive}
          </button>
        </div>
      </section>
    );
  return (
    <section
      class="card deck rollout-deck"
      aria-label={text.rollouts}
      data-phase={recorder?.phase.name ?? "ready"}
    >
      <div class="recorder">
        <div>
          <strong class="timer">{timerOf(recorder?.seconds ?? 0)}</strong>
          <span class="phase" role="status">
            {recorder === null
              ? text.loading
              : driving && !stopped
                ? driver === "policy"
                  ? text.policyDrives
                  : text.youHaveIt
                : phaseWords(text, recorder)}
          </span>
        </div>
      </div>
      <p class="note">{text.corrections}</p>
      <div class="actions">
        {stopped ? (
          <button type="button" class="primary end" onClick={() => link.send({ kind: "resume" })}>
            <Icon name="play" />
            {text.resume}
          </button>
        ) : driving ? (
          <>
            <button type="button" onClick={() => link.send({ kind: "end-policy" })}>
              {text.endPolicy}
            </button>
            <button type="button" class="primary end" onClick={() => studio.act({ kind: "take-over" })}>
              <Icon name="hand" />
              {driver === "policy" ? text.takeOver : text.handBack}
              <kbd>T</kbd>
            </button>
          </>
        ) : studio.inTake.value ? (
          <>
            <button type="button" onClick={() => studio.act({ kind: "throw-away" })}>
              <Icon name="trash" />
              {text.throwAway}
              <kbd>{text.del}</kbd>
            </button>
            <button type="button" class="primary end" onClick={() => studio.act({ kind: "keep" })}>
              {text.keep}
              <kbd>{text.enter}</kbd>
            </button>
          </>
        ) : (
          <>
            <button
              type="button"
              disabled={!ready}
              onClick={() => policy !== null && link.send({ kind: "drive", policy, seed: null })}
            >
              <Icon name="play" />
              {text.driveOne}
            </button>
            <button
              type="button"
              class="primary end"
              disabled={!ready}
              onClick={() => policy !== null && link.send({ kind: "trials", policy, seeds })}
            >
              <Icon name="play" />
              {text.startTrials(TRIALS)}
            </button>
          </>
        )}
      </div>
    </section>
  );
}
