/** The bar on top: the mark, six screens, the state of the simulation, language, theme, and Stop. */
import { Icon, type IconName, Mark, Octagon } from "./icons.js";
import { go, route, routeTo, SCREENS, type Screen } from "./route.js";
import { language, sounds, type ThemeChoice, themeChoice, words } from "./settings.js";
import type { Studio } from "./studio.js";

const THEMES: Readonly<Record<ThemeChoice, { readonly icon: IconName; readonly next: ThemeChoice }>> = {
  auto: { icon: "auto", next: "light" },
  light: { icon: "sun", next: "dark" },
  dark: { icon: "moon", next: "auto" },
};

/** The bar. */
export function TopBar({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { icon, next } = THEMES[themeChoice.value];
  const timings = studio.link.timings.value;
  return (
    <header class="top">
      <div class="brand">
        <Mark />
        <b>Apprentice</b>
        <span>Studio</span>
      </div>
      <nav aria-label={text.screens}>
        <ul class="tabs">
          {SCREENS.map((screen) => (
            <li key={screen}>
              <Tab studio={studio} screen={screen} />
            </li>
          ))}
          {(["words", "robot"] as const).map((name) => (
            <li key={name} class="coming">
              <button
                type="button"
                aria-disabled="true"
                title={name === "words" ? text.wordsComing : text.robotComing}
              >
                {text[name]}
                <span class="hidden-words">, {text.coming}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div class="status">
        <span class="chip simulation">
          <i class="dot" aria-hidden="true" />
          {studio.link.opened.value === null ? text.loading : text.simulation}
        </span>
        <span class="chip figures">
          <small>{text.framesPerSecond(studio.framesPerSecond.value)}</small>
          <small>{text.ms(Math.round((timings?.step ?? 0) + Math.max(0, timings?.late ?? 0)))}</small>
        </span>
        <button
          type="button"
          class="plain language"
          lang={language.value === "en" ? "zh-Hans" : "en"}
          onClick={() => {
            language.value = language.value === "en" ? "zh" : "en";
          }}
        >
          {text.other}
        </button>
        <button
          type="button"
          class="plain square sounds"
          aria-pressed={sounds.value}
          aria-label={sounds.value ? text.soundsOn : text.soundsOff}
          title={sounds.value ? text.soundsOn : text.soundsOff}
          onClick={() => {
            sounds.value = !sounds.value;
          }}
        >
          <Icon name={sounds.value ? "sound" : "mute"} />
        </button>
        {document.fullscreenEnabled ? (
          <button
            type="button"
            class="plain square full"
            aria-label={text.fullScreen}
            title={text.fullScreen}
            onClick={() =>
              void (
                document.fullscreenElement === null
                  ? document.documentElement.requestFullscreen()
                  : document.exitFullscreen()
              ).catch(() => {})
            }
          >
            <Icon name="full" />
          </button>
        ) : null}
        <button
          type="button"
          class="plain square"
          aria-label={text.theme[themeChoice.value]}
          title={text.theme[themeChoice.value]}
          onClick={() => {
            themeChoice.value = next;
          }}
        >
          <Icon name={icon} />
        </button>
        <button type="button" class="stop" title={text.stopHint} onClick={() => studio.act({ kind: "stop" })}>
          <Octagon />
          {text.stop}
          <kbd>{text.esc}</kbd>
        </button>
      </div>
    </header>
  );
}

function Tab({ studio, screen }: { readonly studio: Studio; readonly screen: Screen }) {
  const text = words.value;
  const takes = studio.takes.value.filter((take) => !take.removed).length;
  return (
    <a href={addressOf(studio, screen)} aria-current={route.value.screen === screen ? "page" : undefined}>
      {text[screen]}
      {screen === "episodes" && takes > 0 ? <span class="count">{takes}</span> : null}
    </a>
  );
}

/** Each screen keeps its state: Episodes comes back to the take it showed. */
const addressOf = (studio: Studio, screen: Screen): string =>
  screen === "episodes" ? routeTo(screen, studio.replay.index.value) : routeTo(screen);

/** The same screens at the bottom of a phone. */
export function BottomTabs({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  return (
    <nav class="bottom-tabs" aria-label={text.screens}>
      {SCREENS.map((screen) => (
        <Tab key={screen} studio={studio} screen={screen} />
      ))}
    </nav>
  );
}

/** Goes to a screen. */
export const goTo = (screen: Screen): void => go(routeTo(screen));
