/** Every key of the page on one sheet, and what a person may choose of the page: opened by `/` on the scene, or by its button. */
import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { THROW_AWAY_HOLD } from "../devices/gamepad.js";
import { RECORDER } from "../studio/recorder.js";
import { Icon } from "./icons.js";
import { KeyMover } from "./key-mover.js";
import { counters, HOLD_TIMES, holdTime, lessonOver, oneHand, sounds, speech, words } from "./settings.js";
import type { Studio } from "./studio.js";

/** The sheet, closed unless asked for. */
export function KeySheet({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const open = studio.sheet.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = (): void => {
    studio.sheet.value = false;
  };
  return (
    <dialog ref={dialog} class="card key-sheet" aria-label={text.keySheet} onClose={close}>
      <header>
        <Icon name="keyboard" />
        <h2>{text.keySheet}</h2>
        <button type="button" class="small end" onClick={close}>
          {text.close}
        </button>
      </header>
      <div class="key-groups">
        {text.keyGroups.map(({ name, keys }) => (
          <section key={name}>
            <h3 class="note">{name}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <KeyMover studio={studio} />
        <section>
          <h3 class="note">{text.settings}</h3>
          <Check of={sounds} word={text.settingSounds} />
          <Check of={speech} word={text.settingSpeech} />
          <Check of={counters} word={text.settingCounters} />
          <Check of={oneHand} word={text.settingOneHand} />
          <HoldTime />
          <button
            type="button"
            class="small"
            disabled={!lessonOver.value}
            onClick={() => {
              lessonOver.value = false;
              close();
            }}
          >
            {text.settingLesson}
          </button>
        </section>
      </div>
    </dialog>
  );
}

/** How long whatever must be held is held. */
function HoldTime() {
  const text = words.value;
  const says = (usual: number): string => (usual * holdTime.value).toFixed(1);
  return (
    <div class="hold-time">
      <p id="hold-time-name">{text.holdTimes}</p>
      <fieldset class="segments" aria-labelledby="hold-time-name" aria-describedby="hold-time-says">
        {HOLD_TIMES.map((each) => (
          <button
            type="button"
            key={each}
            aria-pressed={holdTime.value === each}
            onClick={() => {
              holdTime.value = each;
            }}
          >
            {text.holdTime[each]}
          </button>
        ))}
      </fieldset>
      <p id="hold-time-says" class="note">
        {text.holdTimeSays(says(RECORDER.hold), says(THROW_AWAY_HOLD))}
      </p>
    </div>
  );
}

function Check({ of, word }: { readonly of: Signal<boolean>; readonly word: string }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={of.value}
        onChange={(event) => {
          of.value = event.currentTarget.checked;
        }}
      />
      <span>{word}</span>
    </label>
  );
}
