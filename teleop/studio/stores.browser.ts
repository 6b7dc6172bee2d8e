/** The places that a page's data can lie in, opened by what the protocol calls them. */
import type { FileStore } from "../../datasets/index.js";
import { httpStore } from "./http-store.js";
import { opfsStore } from "./opfs-store.browser.js";
import type { StorePlace } from "./protocol.js";

/** The store of a data set: a folder of the server behind the page, or of the browser's own storage. */
export async function openPlace(place: StorePlace): Promise<FileStore> {
  return place.kind === "server" ? httpStore(place.url, place.token, place.set) : opfsStore(place.set);
}
