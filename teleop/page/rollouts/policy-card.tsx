/** Which policy drives: one of the page's, or one from a file. */
import { useEffect } from "preact/hooks";
import { Icon } from "../icons.js";
import { reasonOf } from "../link.js";
import { routeTo } from "../route.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";

/** Picker and file. */
export function PolicyCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { policies, link } = studio;
  const files = policies.files.value.filter(({ task }) => task === studio.task.value);
  const chosen = files.find(({ name }) => name === policies.chosen.value) ?? files.at(-1) ?? null;
  const name = chosen?.name ?? null;
  const opened = link.opened.value !== null;
  useEffect(() => {
    if (name === null || !opened) return;
    policies.chosen.value = name;
    policies.load(name);
  }, [name, opened, policies]);
  const ready = name !== null && link.ready.value.includes(name);
  return (
    <section class="card" aria-label={text.policy}>
      <header>
        <Icon name="stack" />
        <h2>{text.policy}</h2>
        <label class="button small end file-button">
          <Icon name="open" />
          {text.openPolicy}
          <input
            type="file"
            accept=".onnx"
            onChange={async (event) => {
              const file = event.currentTarget.files?.[0];
              if (file === undefined) return;
              try {
                policies.openFile(file.name, new Uint8Array(await file.arrayBuffer()));
              } catch (error) {
                link.refused.value = reasonOf(error);
              }
            }}
          />
        </label>
      </header>
      {chosen === null ? (
        <div class="empty">
          <p>{text.noPolicy}</p>
          <a class="button" href={routeTo("train")}>
            {text.train}
          </a>
        </div>
      ) : (
        <div class="fields">
          <label for="policy">{text.policy}</label>
          <select
            id="policy"
            value={chosen.name}
            onChange={(event) => {
              policies.chosen.value = event.currentTarget.value;
            }}
          >
            {files.map((file) => (
              <option key={file.name} value={file.name}>
                {file.name}
              </option>
            ))}
          </select>
          <span class="note">{text.algorithm}</span>
          <span>
            {chosen.algorithm} · {text.checkpoint(chosen.step)}
            {ready ? "" : ` · ${text.policyLoading}`}
          </span>
        </div>
      )}
    </section>
  );
}
