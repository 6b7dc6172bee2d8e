/** The door of `datasets` on Node: everything of `index.ts`, and folders on disk as stores. */

export { folderStore } from "./folder-store.node.js";
export * from "./index.js";
