/** Where takes go: the folder of the server that gave the page, else this browser. */
import type { StorePlace } from "../studio/protocol.js";

/** What the server writes into the page it serves. */
interface ServerNote {
  readonly url: string;
  readonly token: string;
}

/** The server's note, where a server has written one. */
function serverNote(): ServerNote | null {
  const text = document.querySelector('meta[name="apprentice-studio"]')?.getAttribute("content");
  if (text === null || text === undefined || text === "") return null;
  const note: unknown = JSON.parse(text);
  if (typeof note !== "object" || note === null) return null;
  const { url, token } = note as Partial<ServerNote>;
  return typeof url === "string" && typeof token === "string" ? { url, token } : null;
}

/** The place of a data set. */
export function placeOfSet(set: string): StorePlace {
  const note = serverNote();
  return note === null ? { kind: "browser", set } : { kind: "server", url: note.url, token: note.token, set };
}
