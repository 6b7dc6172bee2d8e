/** The plan of the session in the page: read with the data set, kept beside it, and told to the simulation. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { NO_PLAN, type Plan, type PlanProgress, planProgress, readPlan, writePlan } from "../studio/plan.js";
import { isAmplified } from "./amplification.js";
import { type Library, usable } from "./library.js";
import { type Link, reasonOf } from "./link.js";

/** What is wanted of this task, and how far it has come. */
export interface SessionPlan {
  readonly plan: ReadonlySignal<Plan>;
  readonly progress: ReadonlySignal<PlanProgress>;
  /** Wants so many takes of each sentence; 0: no plan. */
  want(each: number): void;
}

/** Follows the data set that is open. */
export function createPlan(link: Link, library: Library): SessionPlan {
  const plan = signal<Plan>(NO_PLAN);
  const progress = computed(() =>
    planProgress(
      plan.value,
      link.scene.value?.sentences ?? [],
      library.takes.value
        .filter((take) => usable(take) && !isAmplified(take))
        .map(({ sentence }) => sentence),
    ),
  );
  effect(() => {
    const store = library.state.value === "ready" ? library.store() : null;
    plan.value = NO_PLAN;
    if (store !== null)
      void readPlan(store).then((kept) => {
        if (library.store() === store) plan.value = kept;
      });
  });
  const next = computed(() => progress.value.next);
  effect(() => {
    if (link.opened.value !== null) link.send({ kind: "prefer", sentence: next.value });
  });
  return {
    plan,
    progress,
    want: (each) => {
      plan.value = { each };
      const store = library.store();
      if (store !== null)
        void writePlan(store, { each }).catch((error: unknown) => {
          library.problem.value = reasonOf(error);
        });
    },
  };
}
