/** The studio over the thread that simulates, and its first screen. */
import { render } from "preact";
import { App } from "./app.js";
import type { SimulationThread } from "./link.js";
import { placeOfSet } from "./place.js";
import { createStudio } from "./studio.js";

/** Puts the studio on the page, with the task and the robot that its address names. */
export function begin(simulation: SimulationThread): void {
  const query = new URLSearchParams(location.search);
  const studio = createStudio(
    { simulation, placeOf: placeOfSet },
    query.get("task") ?? "lift",
    query.get("robot") ?? undefined,
  );
  render(<App studio={studio} />, document.getElementById("studio")!);
}
