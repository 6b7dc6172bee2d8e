/**
 * The page begins, with the thread that simulates: it has most to load, and a browser starts a thread only while the
 * page's own has nothing to do. So this file brings nothing with it, and the studio comes after.
 */
const worker = new Worker(new URL("../studio/worker.browser.ts", import.meta.url), { type: "module" });
/** what became of it before the studio could hear of it: an event is told once */
let failed: ErrorEvent | null = null;
worker.onerror = (event) => {
  failed = event;
};
void import("./begin.js").then(({ begin }) => {
  begin(worker);
  if (failed !== null) worker.onerror?.(failed);
});

export {};
