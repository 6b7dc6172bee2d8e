/** The left cards: a column where there is room, buttons of a narrow rail that open them where there is not. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon, type IconName } from "./icons.js";
import { words } from "./settings.js";

/** A card and what its button on the rail is. */
export interface RailCard {
  readonly icon: IconName;
  readonly name: string;
  readonly card: ComponentChildren;
}

/** The column or the rail: which of them is seen is the style's affair. */
export function Rail({ cards }: { readonly cards: readonly RailCard[] }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <aside class="column left" aria-label={words.value.task} data-open={open ?? ""}>
      <div class="rail card">
        {cards.map(({ icon, name }) => (
          <button
            type="button"
            key={icon}
            class="plain square"
            aria-label={name}
            title={name}
            aria-expanded={open === icon}
            onClick={() => setOpen(open === icon ? null : icon)}
          >
            <Icon name={icon} />
          </button>
        ))}
      </div>
      {cards.map(({ icon, card }) => (
        <div key={icon} class="railed" data-shown={open === icon}>
          {card}
        </div>
      ))}
    </aside>
  );
}
