/** The take on the desk in words, and how true its picture is. */
import { useEffect } from "preact/hooks";
import { isAmplified } from "../amplification.js";
import { Verdict } from "../drive/takes-card.js";
import { FILM } from "../films.js";
import { usedFrames } from "../library.js";
import type { ReplayScene } from "../replay.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import type { Words } from "../words/index.js";

/** Sentence, maker, length, and the scene's state. */
export function EpisodeInfo({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { replay, films } = studio;
  const index = replay.index.value;
  const take = studio.takes.value.find((each) => each.index === index);
  const scene = replay.scene.value;

  // A take from an earlier visit gets its pictures when its scene has been made again.
  useEffect(() => {
    if (scene.state !== "ready" || index === null || films.all.peek().has(index)) return;
    films.make(index, replay.objects.peek() ?? [], replay.film(FILM.pictures));
  }, [scene, index, films, replay]);

  if (take === undefined) return null;
  const parents = replay.episode.value?.meta.parents?.length ?? 0;
  // Sets keep the English sentence; one of the task's own is known in both languages.
  const said = studio.link.scene.value?.sentences.find(({ en }) => en === take.sentence);
  return (
    <section class="card" aria-label={text.takeUnknown(take.index + 1)}>
      <header>
        <Verdict success={take.success} />
        <h2>{take.success === null ? text.unknown : take.success ? text.success2 : text.failed2}</h2>
        <span class="end note">{text.frameCount(take.frames)}</span>
      </header>
      <p class="sentence" lang={said === undefined ? "en" : text.language === "zh" ? "zh-Hans" : "en"}>
        {said?.[text.language] ?? take.sentence}
      </p>
      <div class="lines">
        <p>
          {text.maker}
          <b>{isAmplified(take) ? text.amplified : take.maker}</b>
        </p>
        {parents === 0 ? null : (
          <p>
            {text.madeOf}
            <b>{text.shownTakes(parents)}</b>
          </p>
        )}
        <p>
          {text.length}
          <b>{text.seconds(take.seconds.toFixed(1))}</b>
        </p>
        {take.parts === null ? null : (
          <p>
            {text.used}
            <b>
              {text.frameCount(usedFrames(take))}
              {take.parts.length === 1 ? "" : ` · ${text.parts(take.parts.length)}`}
            </b>
          </p>
        )}
        {take.seed === null ? null : (
          <p>
            {text.seed}
            <b>{take.seed}</b>
          </p>
        )}
      </div>
      <p class="note" role="status">
        {sceneWords(text, scene)}
      </p>
    </section>
  );
}

/** m below which two ends are the same: the set keeps commands in single precision, a script gave them in double. */
const SAME = 5e-5;

function sceneWords(text: Words, scene: ReplayScene): string {
  switch (scene.state) {
    case "none":
      return "";
    case "simulating":
      return text.replaySimulating;
    case "no-seed":
      return text.replayNoSeed;
    case "ready":
      return scene.difference < SAME
        ? text.replayExact
        : text.replayDiffers((scene.difference * 1000).toFixed(2));
    case "failed":
      return scene.reason;
  }
}
