/** The page begins: the thread that simulates, the studio, the first screen. */
import { render } from "preact";
import { App } from "./app.js";
import { placeOfTask } from "./place.js";
import { createStudio } from "./studio.js";

const worker = new Worker(new URL("../studio/worker.browser.ts", import.meta.url), { type: "module" });
const query = new URLSearchParams(location.search);
const studio = createStudio({ simulation: worker, placeOf: placeOfTask }, query.get("task") ?? "lift");
render(<App studio={studio} />, document.getElementById("studio")!);
