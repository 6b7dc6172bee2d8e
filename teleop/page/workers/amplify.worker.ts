/** The thread that makes few takes many: the same code as on the command line, one layout after the other. */
import { armOption } from "../../../core/index.js";
import {
  type AmplificationSource,
  type Attempt,
  amplifyOnce,
  type Episode,
  takeApart,
} from "../../../datasets/index.js";
import { taskByName } from "../../../sim/index.js";
import { sentencesOf } from "../../studio/sentences.js";

/** What is to be made. */
export interface AmplifyRequest {
  readonly task: string;
  /** the name in its contract */
  readonly robot: string;
  readonly takes: readonly Episode[];
  /** seed of the first layout */
  readonly first: number;
  /** episodes to make, and layouts that may be tried for them */
  readonly wanted: number;
  readonly tries: number;
}

/** From the thread. */
export type FromAmplifying =
  | { readonly kind: "taken-apart"; readonly done: number; readonly total: number }
  | { readonly kind: "attempt"; readonly attempt: Attempt }
  /** takes that could not be used, with the reason */
  | { readonly kind: "done"; readonly refused: readonly string[] }
  | { readonly kind: "failed"; readonly reason: string };

const say = (message: FromAmplifying, transfer: Transferable[] = []): void =>
  postMessage(message, { transfer });

addEventListener("message", async ({ data }: MessageEvent<AmplifyRequest>) => {
  try {
    await amplify(data);
  } catch (error) {
    say({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
});

async function amplify({ task, robot, takes, first, wanted, tries }: AmplifyRequest): Promise<void> {
  const { create, linger } = taskByName(task);
  const environment = await create(armOption(robot));
  const sources: AmplificationSource[] = [];
  const refused: string[] = [];
  for (const [index, take] of takes.entries()) {
    const found = takeApart(environment, take);
    if (found.source === null) refused.push(found.reason);
    else sources.push(found.source);
    say({ kind: "taken-apart", done: index + 1, total: takes.length });
  }
  if (sources.length === 0) throw new Error(refused[0] ?? "there is no take");
  const options = { linger, sentence: () => sentencesOf(environment).en };
  for (let kept = 0, seed = first; kept < wanted; seed++) {
    if (seed >= first + tries) throw new Error(`only ${kept} of ${tries} attempts succeeded`);
    const attempt = amplifyOnce(environment, sources, seed, options);
    if (attempt.episode !== null) kept += 1;
    const arrays =
      attempt.episode === null ? [] : [attempt.episode.actions, ...Object.values(attempt.episode.features)];
    say(
      { kind: "attempt", attempt },
      arrays.map((array) => array.buffer as ArrayBuffer),
    );
  }
  environment.free();
  say({ kind: "done", refused });
}
