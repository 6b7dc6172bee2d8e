/** The studio over the thread that simulates, and its first screen. */
import { render } from "preact";
import { App } from "./app.js";
import type { SimulationThread } from "./link.js";
import { placeOfTask } from "./place.js";
import { createStudio } from "./studio.js";

/** Puts the studio on the page, with the task that its address names. */
export function begin(simulation: SimulationThread): void {
  const query = new URLSearchParams(location.search);
  const studio = createStudio({ simulation, placeOf: placeOfTask }, query.get("task") ?? "lift");
  render(<App studio={studio} />, document.getElementById("studio")!);
}
