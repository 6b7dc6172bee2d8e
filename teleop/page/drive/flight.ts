/**
 * The card of a take that was kept, on its way from the deck to its place among the last takes; where these are behind
 * a button of the rail, to that button. A picture of the card flies: the card itself is in its place, and is seen there
 * when it has come. Nothing flies where motion is to be spared.
 */
import { reducedMotion } from "../settings.js";

/** ms, and how a thing that is thrown slows down */
const FLIGHT = { duration: 420, easing: "cubic-bezier(0.2, 0, 0, 1)" } as const;
/** px across a card that has no place of its own to be seen at */
const SMALL = 112;

/** Lets a card that has just come into the list fly there. */
export function flyIn(card: HTMLElement): void {
  const from = document.querySelector(".deck .recorder")?.getBoundingClientRect();
  if (from === undefined || from.width === 0 || reducedMotion()) return;
  const place = card.getBoundingClientRect();
  const there = place.width > 0;
  const to = there ? place : buttonFor(card)?.getBoundingClientRect();
  if (to === undefined || to.width === 0) return;
  const width = there ? to.width : SMALL;
  const flying = card.cloneNode(true) as HTMLElement;
  flying.className = "flying card";
  flying.inert = true;
  flying.ariaHidden = "true";
  flying.style.inlineSize = `${width}px`;
  document.body.append(flying);
  const height = flying.getBoundingClientRect().height;
  const at = ({ x, y, width: w, height: h }: DOMRect, size: number): string =>
    `translate(${x + (w - width) / 2}px, ${y + (h - height) / 2}px) scale(${size})`;
  const flight = flying.animate(
    [
      { transform: at(from, 0.6), opacity: 0.3 },
      { transform: at(to, there ? 1 : to.width / width), opacity: 1 },
    ],
    { ...FLIGHT, fill: "forwards" },
  );
  if (there) card.animate([{ opacity: 0 }, { opacity: 0 }], FLIGHT);
  const land = (): void => flying.remove();
  flight.finished.then(land, land);
}

/** The button that the card's list opens with, where there is no room for the list. */
const buttonFor = (card: HTMLElement): Element | null => {
  const railed = card.closest(".railed");
  const list = railed?.parentElement?.querySelectorAll(".railed") ?? [];
  return railed?.parentElement?.querySelectorAll(".rail button")[[...list].indexOf(railed)] ?? null;
};
