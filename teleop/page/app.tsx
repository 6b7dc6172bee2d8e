/** The frame of the page: scene behind, bar on top, one screen's cards around the free middle. */
import { useEffect } from "preact/hooks";
import { CamerasCard } from "./drive/cameras-card.js";
import { Deck } from "./drive/deck.js";
import { DelayCard } from "./drive/delay-card.js";
import { InputCard } from "./drive/input-card.js";
import { PlanSheet } from "./drive/plan-sheet.js";
import { RobotCard } from "./drive/robot-card.js";
import { TakesCard } from "./drive/takes-card.js";
import { TaskCard } from "./drive/task-card.js";
import { EpisodeDeck } from "./episodes/deck.js";
import { EpisodeInfo } from "./episodes/info.js";
import { EpisodeList } from "./episodes/list.js";
import { Hud } from "./hud.js";
import { Icon } from "./icons.js";
import { KeySheet } from "./key-sheet.js";
import { Rail } from "./rail.js";
import { CompareCard } from "./rollouts/compare-card.js";
import { RolloutDeck } from "./rollouts/deck.js";
import { PolicyCard } from "./rollouts/policy-card.js";
import { TrialsCard } from "./rollouts/trials-card.js";
import { complete, route, routeTo } from "./route.js";
import { words } from "./settings.js";
import { Stage } from "./stage.js";
import type { Studio } from "./studio.js";
import { BottomTabs, TopBar } from "./top-bar.js";
import { TouchPads } from "./touch-pads.js";
import { AmplifyCard } from "./train/amplify-card.js";
import { LossCard } from "./train/loss-card.js";
import { PoliciesCard } from "./train/policies-card.js";
import { RecipeCard } from "./train/recipe-card.js";
import { refusalWords } from "./words/refusals.js";

/** The whole page. */
export function App({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { screen, episode, time } = route.value;
  const { replay, link } = studio;

  const newest = studio.takes.value.findLast((take) => !take.removed)?.index ?? null;

  // The picture shows a recorded take on Episodes, the live robot elsewhere.
  useEffect(() => {
    const onEpisodes = screen === "episodes";
    replay.active.value = onEpisodes && episode !== null;
    if (!onEpisodes) return;
    if (episode === null && newest !== null) {
      complete("episodes", routeTo("episodes", newest));
      return;
    }
    const rate = link.opened.peek()?.contract.rates.record ?? 20;
    if (replay.index.peek() === episode) return;
    void replay
      .show(episode, rate, { task: studio.task.peek(), robot: studio.robot.peek() })
      .then(() => replay.seek(time));
  }, [screen, episode, newest, time, replay, link, studio]);

  useEffect(() => {
    if ((screen === "drive" || screen === "rollouts") && document.activeElement === document.body)
      document.getElementById("stage")?.focus({ preventScroll: true });
  }, [screen]);

  const stopped = link.recorder.value?.phase.name === "stopped";
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("stage")?.focus()}>
        {text.skip}
      </button>
      <Stage studio={studio} />
      <div class={`frame screen-${screen}`}>
        <TopBar studio={studio} />
        {screen === "drive" ? (
          <>
            <Rail
              cards={[
                { icon: "task", name: text.task, card: <TaskCard studio={studio} /> },
                { icon: "keyboard", name: text.keyboard, card: <InputCard studio={studio} /> },
                { icon: "list", name: text.lastTakes, card: <TakesCard studio={studio} /> },
              ]}
            />
            <Hud studio={studio} />
            <Deck studio={studio} />
            <aside class="column right" aria-label={text.cameras}>
              <CamerasCard studio={studio} />
              <RobotCard studio={studio} />
              <DelayCard studio={studio} />
            </aside>
          </>
        ) : null}
        {screen === "episodes" ? (
          <>
            <aside class="column left wide" aria-label={text.episodeList}>
              <EpisodeList studio={studio} />
            </aside>
            <Hud studio={studio} />
            <EpisodeDeck studio={studio} />
            <aside class="column right" aria-label={text.cameras}>
              <CamerasCard studio={studio} />
              <EpisodeInfo studio={studio} />
            </aside>
          </>
        ) : null}
        {screen === "train" ? (
          <main class="sheet train">
            <div class="pile">
              <RecipeCard studio={studio} />
              <AmplifyCard studio={studio} />
            </div>
            <LossCard studio={studio} />
            <PoliciesCard studio={studio} />
          </main>
        ) : null}
        {screen === "rollouts" ? (
          <>
            <aside class="column left wide" aria-label={text.trials}>
              <PolicyCard studio={studio} />
              <CompareCard studio={studio} />
              <TrialsCard studio={studio} />
            </aside>
            <Hud studio={studio} />
            <RolloutDeck studio={studio} />
            <aside class="column right" aria-label={text.cameras}>
              <CamerasCard studio={studio} />
              <RobotCard studio={studio} />
            </aside>
          </>
        ) : null}
        {screen === "drive" || screen === "rollouts" ? <TouchPads studio={studio} /> : null}
        <BottomTabs studio={studio} />
      </div>
      <KeySheet studio={studio} />
      <PlanSheet studio={studio} />
      <Toasts studio={studio} />
      {stopped ? <div class="stopped-frame" /> : null}
      {link.opened.value === null && link.failed.value === null ? (
        <p class="opening" role="status">
          {text.loading}
        </p>
      ) : null}
    </>
  );
}

/** What went wrong, what the page did about it, and one thing to do. */
function Toasts({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { link, library, graphics } = studio;
  const refused = link.refused.value ?? library.problem.value;
  const failed = link.failed.value;
  return (
    <div class="toasts" role="alert">
      {graphics.value === "fine" ? null : (
        <div class="toast">
          <Icon name="warn" />
          {graphics.value === "lost" ? text.graphicsLost : text.noWebGl}
        </div>
      )}
      {failed === null ? null : (
        <div class="toast">
          <Icon name="warn" />
          {text.failed(failed)}
          <button type="button" onClick={() => location.reload()}>
            {text.reload}
          </button>
        </div>
      )}
      {refused === null ? null : (
        <div class="toast">
          <Icon name="warn" />
          {refusalWords(text.language, refused)}
          <button
            type="button"
            onClick={() => {
              link.refused.value = null;
              library.problem.value = null;
            }}
          >
            {text.dismiss}
          </button>
        </div>
      )}
    </div>
  );
}
