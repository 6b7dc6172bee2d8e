/** Policies that came of it: to download, or to try. */
import { Icon } from "../icons.js";
import type { PolicyFile } from "../policies.js";
import { saveFile } from "../save-file.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import { goTo } from "../top-bar.js";

/** A list of files. */
export function PoliciesCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { policies } = studio;
  const files = policies.files.value.filter(({ task }) => task === studio.task.value);
  return (
    <section class="card" aria-label={text.checkpoints}>
      <header>
        <Icon name="stack" />
        <h2>{text.checkpoints}</h2>
      </header>
      {files.length === 0 ? (
        <p class="note">{text.noPolicies}</p>
      ) : (
        <ul class="list">
          {files.toReversed().map((file) => (
            <li key={file.name}>
              <span class="about">
                <b>{text.checkpoint(file.step)}</b>
                <span class="note">
                  {file.name} · {text.kilobytes(Math.round(file.bytes.length / 1024))}
                </span>
              </span>
              <button
                type="button"
                class="small"
                aria-label={`${text.download} ${file.name}`}
                onClick={() => download(file)}
              >
                <Icon name="down" />
              </button>
              <button
                type="button"
                class="small"
                title={text.overlayExplain}
                onClick={() => {
                  policies.chosen.value = file.name;
                  studio.predictions.wanted.value = true;
                  goTo("episodes");
                }}
              >
                {text.overlay}
              </button>
              <button
                type="button"
                class="small"
                onClick={() => {
                  policies.chosen.value = file.name;
                  goTo("rollouts");
                }}
              >
                {text.tryIt}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const download = ({ name, bytes }: PolicyFile): void =>
  saveFile(`${name}.onnx`, [bytes], "application/octet-stream");
