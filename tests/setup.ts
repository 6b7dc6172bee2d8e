/** Once before all tests: `dist/` is what workers and the command line run. */
// @ts-expect-error a plain script without declarations
import { buildHouse } from "../scripts/build.mjs";

export default async function setup(): Promise<void> {
  await buildHouse();
}
