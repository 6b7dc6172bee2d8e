/** The recorded cameras, live: holes in a card, through which the picture behind the page draws what a policy sees. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icons.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";

/** Size of recorded pictures, px. */
export const PICTURE = { width: 224, height: 224 } as const;

/** Front and wrist (of a base: front and map). */
export function CamerasCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const names = studio.view.value?.cameras.names ?? [];
  const frames = studio.replay.active.value
    ? (studio.replay.episode.value?.length ?? 0)
    : (studio.link.recorder.value?.frames ?? 0);
  return (
    <section class="card cameras" aria-label={text.cameras}>
      <header>
        <Icon name="camera" />
        <h2>{text.cameras}</h2>
        <span class="end note">{text.cameraNote(PICTURE.width, PICTURE.height)}</span>
      </header>
      <div class="pictures">
        {names.map((name) => (
          <Picture key={name} studio={studio} name={name} />
        ))}
        {names.length === 0 ? <span class="picture blank" /> : null}
      </div>
      <p class="note foot">{text.cameraFoot(frames)}</p>
    </section>
  );
}

function Picture({ studio, name }: { readonly studio: Studio; readonly name: string }) {
  const text = words.value;
  const hole = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = hole.current;
    if (element === null) return;
    return studio.addHole(name, element);
  }, [name, studio]);
  const word =
    name === "front" ? text.front : name === "wrist" ? text.wrist : name === "map" ? text.map : name;
  return (
    <span ref={hole} class="picture">
      <span>{word}</span>
    </span>
  );
}
