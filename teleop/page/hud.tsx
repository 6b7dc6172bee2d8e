/** What stands at the top of the free middle: who drives, and where the picture is seen from. */
import { words } from "./settings.js";
import type { Studio } from "./studio.js";

/** Driver badge, presets, and a hint while the scene has no focus. */
export function Hud({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const view = studio.view.value;
  const replaying = studio.replay.active.value;
  const driver = studio.driver.value;
  const says =
    driver === "policy" ? text.policyDrives : driver === "taken-over" ? text.youHaveIt : text.youDrive;
  return (
    <main class="free">
      <div class="hud">
        <span
          class={`driver ${replaying ? "replay" : driver === "policy" ? "policy" : driver === "taken-over" ? "taken" : "you"}`}
        >
          <i class="dot" aria-hidden="true" />
          <span>{replaying ? text.replaying : says}</span>
        </span>
        {view === null ? null : (
          <fieldset class="segments views">
            <legend class="hidden-words">{text.views}</legend>
            {view.camera.presets.map((name) => (
              <button
                type="button"
                key={name}
                aria-pressed={studio.preset.value === name}
                title="V"
                onClick={() => {
                  studio.preset.value = name;
                  view.camera.preset(name);
                }}
              >
                {text.preset[capital(name)] ?? name}
              </button>
            ))}
          </fieldset>
        )}
      </div>
    </main>
  );
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
