/** The robot as it stands: an arm's joints between their limits, or a base's place; and what touches it. */
import { useEffect, useRef } from "preact/hooks";
import { ARM_ROBOTS, carriedBy, LIFT_JOINT } from "../../../core/index.js";
import { CUES } from "../../studio/cues.js";
import { Icon } from "../icons.js";
import { words } from "../settings.js";
import type { Studio } from "../studio.js";
import { worldOfTask } from "../tasks.js";

const DEGREES = 180 / Math.PI;
/** Of every built-in arm: no two call a joint the same. */
const LIMITS = new Map(
  ARM_ROBOTS.flatMap(({ model }) => model.joints.map((joint) => [joint.name, joint.limits] as const)),
);
/** With a true minus, and none before zero. */
const minus = (text: string): string => (Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−"));

/** Degrees of an angle, to a tenth. */
export const degreesOf = (angle: number | undefined): string =>
  angle === undefined ? "" : minus((angle * DEGREES).toFixed(1));

/** Joints or pose, and contact. */
export function RobotCard({ studio }: { readonly studio: Studio }) {
  return studio.body.value === "arm" ? <ArmCard studio={studio} /> : <BaseCard studio={studio} />;
}

function ArmCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const all = studio.link.scene.value?.joints ?? [];
  // What carries the arm is shown where it is driven.
  const below = carriedBy(all);
  const joints = all.slice(below);
  const near = nearOf(studio);
  const led = studio.input.value?.joint.value ?? null;
  const angles = studio.numbers.value.joints;
  const list = useRef<HTMLDivElement>(null);
  // Bars follow every frame by direct writes; numbers follow the signals at ten a second.
  useEffect(
    () =>
      studio.onFrame((state) => {
        const bars = list.current?.querySelectorAll<HTMLElement>(".joint-mark");
        bars?.forEach((bar, index) => {
          const limits = LIMITS.get(all[below + index] ?? "");
          const angle = state.joints[below + index];
          if (limits === undefined || angle === undefined) return;
          bar.style.insetInlineStart = `${(100 * (angle - limits.lower)) / (limits.upper - limits.lower)}%`;
        });
      }),
    [studio, all, below],
  );
  return (
    <section class="card robot" aria-label={text.arm}>
      <header>
        <Icon name="arm" />
        <h2>{text.robots[studio.robot.value] ?? text.arm}</h2>
        <span class="end note">{text.degrees}</span>
      </header>
      <div class="joints" ref={list}>
        {joints.map((name, index) => (
          <div
            key={name}
            class={`joint${near.has(name) ? " near" : ""}${index === led ? " led" : ""}`}
            aria-current={index === led ? "true" : undefined}
          >
            <span>{text.joint(index + 1)}</span>
            <span class="joint-bar" aria-hidden="true">
              <i class="joint-mark" />
            </span>
            <b>{degreesOf(angles[below + index])}</b>
          </div>
        ))}
      </div>
      <ContactRow studio={studio} />
    </section>
  );
}

/** The joints that are near their limit, or at it. */
const nearOf = (studio: Studio): ReadonlySet<string> =>
  new Set(
    studio.link.cues.value.flatMap((cue) =>
      cue.kind === "near-limit" || cue.kind === "at-limit" ? [cue.joint] : [],
    ),
  );

function BaseCard({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const { base, joints } = studio.numbers.value;
  return (
    <section class="card robot" aria-label={text.base}>
      <header>
        <Icon name="base" />
        <h2>{text.base}</h2>
        <span class="end note">{text.metres}</span>
      </header>
      <div class="row">
        <span>{text.position}</span>
        <b class="end">
          {base === null ? "" : `x ${minus(base.x.toFixed(2))} · y ${minus(base.y.toFixed(2))}`}
        </b>
      </div>
      <div class="row">
        <span>{text.heading}</span>
        <b class="end">{base === null ? "" : `${minus((base.heading * DEGREES).toFixed(0))}°`}</b>
      </div>
      {worldOfTask(studio.task.value) === "course" && (
        <div class="row">
          <span>{text.lean}</span>
          <b class="end">{base === null ? "" : `${(base.lean * DEGREES).toFixed(0)}°`}</b>
        </div>
      )}
      {studio.body.value === "carrier" && (
        <div class={nearOf(studio).has(LIFT_JOINT) ? "row near" : "row"}>
          <span>{text.liftHeight}</span>
          <b class="end">{joints[0] === undefined ? "" : joints[0].toFixed(2)}</b>
        </div>
      )}
      <ContactRow studio={studio} />
    </section>
  );
}

/** Seconds of contact shown, ten points a second. */
const POINTS = 100;

function ContactRow({ studio }: { readonly studio: Studio }) {
  const text = words.value;
  const touch = studio.link.cues.value.find((cue) => cue.kind === "contact" || cue.kind === "collision");
  const force = touch?.kind === "contact" || touch?.kind === "collision" ? touch.force : null;
  const curve = studio.numbers.value.forces;
  const most = Math.max(10, ...curve);
  // From half of what counts as a hit on, the curve is drawn against it.
  const highest = most > CUES.collision / 2 ? Math.max(1.1 * CUES.collision, most) : most;
  const limit = 23 - (20 * CUES.collision) / highest;
  const points = curve.map(
    (value, i) => `${(100 * i) / (POINTS - 1)},${(23 - (20 * value) / highest).toFixed(1)}`,
  );
  return (
    <div class={touch === undefined ? "row contact" : "row contact near"}>
      <span>{text.contact}</span>
      <svg class="spark" viewBox="0 0 100 26" preserveAspectRatio="none" aria-hidden="true">
        {limit > 0 ? (
          <line
            class="limit"
            x1="0"
            x2="100"
            y1={limit.toFixed(1)}
            y2={limit.toFixed(1)}
            vector-effect="non-scaling-stroke"
          />
        ) : null}
        <polyline points={points.join(" ")} vector-effect="non-scaling-stroke" />
      </svg>
      <b>
        {touch === undefined ? text.free : force === null ? text.touching : text.newtons(force.toFixed(1))}
      </b>
    </div>
  );
}
