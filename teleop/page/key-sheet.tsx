/** Every key of the page, on one sheet: opened by `/` on the scene, or by its button. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icons.js";
import { words } from "./settings.js";
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
      </div>
    </dialog>
  );
}
