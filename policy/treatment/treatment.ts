/**
 * Making takes of people learnable: what is done to episodes between the data set, which keeps what was recorded, and
 * training. A person at keys stands still for a third of the time and moves a few millimetres a frame, so that "wait",
 * "move" and "grip" follow the same observation, and a chunk of commands covers next to nothing; cloned as they are,
 * such takes fail. Smoothed, brought to a steady pace and mirrored they do not. Of takes with a base a policy learns what
 * was shown, but hardly how to come back to it; copies that have strayed show that. Scripted demonstrations are left
 * alone.
 */
import { type Contract, integerIn, positive, refuse } from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import { mirrorEpisode, mirrorPlanes } from "./mirror.js";
import { type Moved, movedCopies } from "./moved.js";
import { type Pace, retime } from "./retime.js";
import { smoothCommands } from "./smooth.js";
import { type Turned, turnedCopies } from "./turned.js";

/** What is done to takes; every part of it may be off. */
export interface Treatment {
  /** beginnings of the makers' names whose episodes are treated; all others stay as they are */
  readonly makers: readonly string[];
  /** s, standard deviation of the Gaussian over commanded positions and angles; 0 for none */
  readonly smooth: number;
  /** a steady pace by dropping frames; null keeps them all */
  readonly pace: Pace | null;
  /** adds the images of each take: of an arm in the middle planes of the workspace, of a base left and right swapped */
  readonly mirror: boolean;
  /** of a base: adds copies that point to the side and turn back; absent: none */
  readonly turned?: Turned;
  /** of a base: adds copies that drive beside the way and come back; absent: none */
  readonly moved?: Moved;
}

/** The makers whose hands were on keys, sticks or pads. */
export const PEOPLE: readonly string[] = ["teleop:", "operator-model"];

/** For takes of a tool: 100 ms of smoothing, 8 mm a frame, mirrored. */
export const TOOL_TREATMENT: Treatment = {
  makers: PEOPLE,
  smooth: 0.1,
  pace: { distance: 0.008, radius: 0.06, fingers: 3e-4, before: 2, after: 6 },
  mirror: true,
};

/**
 * For takes of a base that leans: a scan over slopes says nothing of what would be seen from beside, and copies that were
 * given one made policies worse.
 */
export const LEANING_BASE_TREATMENT: Treatment = {
  makers: PEOPLE,
  smooth: 0,
  pace: null,
  mirror: true,
  turned: { beams: 1, within: 0.6 },
};

/**
 * For takes of a base: mirrored, and with copies that have strayed and come back. Its commands are speeds of that very
 * moment and stay as recorded: smoothing them, and dropping frames, changed nothing that could be told from chance.
 */
export const BASE_TREATMENT: Treatment = {
  ...LEANING_BASE_TREATMENT,
  moved: { aside: 0.2, ahead: 0.6, within: 0.6, room: 0.25 },
};

/** Whether a maker's episodes are treated. */
export const isTreated = ({ makers }: Treatment, maker: string): boolean =>
  makers.some((prefix) => maker.startsWith(prefix));

/** What was done, for whoever shows it. */
export interface Treated {
  readonly episodes: readonly Episode[];
  /** episodes that were treated, and frames before and after, images and copies not counted */
  readonly count: number;
  readonly before: number;
  readonly after: number;
}

/**
 * The episodes that training sees. Pure: the given ones stay as they are.
 * @param observations the features that the policy looks at; mirror images carry only these and the goals
 */
export function treatEpisodes(
  episodes: readonly Episode[],
  contract: Contract,
  observations: readonly string[],
  treatment: Treatment,
): Treated {
  const { turned, moved } = treatment;
  const planes = treatment.mirror ? mirrorPlanes(contract, observations) : [];
  let [count, before, after] = [0, 0, 0];
  const shown = episodes.flatMap((episode) => {
    if (!isTreated(treatment, episode.meta.maker)) return [episode];
    const smoothed = smoothCommands(contract, episode, treatment.smooth * contract.rates.record);
    const paced = treatment.pace === null ? smoothed : retime(contract, smoothed, treatment.pace);
    count += 1;
    before += episode.length;
    after += paced.length;
    const copies = [
      ...(turned === undefined ? [] : turnedCopies(contract, paced, observations, turned)),
      ...(moved === undefined ? [] : movedCopies(contract, paced, observations, moved)),
    ];
    return [paced, ...copies].flatMap((each) => [
      each,
      ...planes.map((plane) => mirrorEpisode(contract, each, observations, plane)),
    ]);
  });
  return { episodes: shown, count, before, after };
}

/** The treatment, or a refusal with place, rule and value. */
export function checkTreatment(treatment: Treatment): Treatment {
  const place = "recipe.treatment";
  const { makers, smooth, pace, turned, moved } = treatment;
  if (makers.length > 100) refuse(place, "makers must be at most 100", makers.length);
  if (!(smooth >= 0 && smooth <= 1)) refuse(place, "smooth must be from 0 to 1 s", smooth);
  if (turned !== undefined) {
    positive(place, "turned.within", turned.within);
    integerIn(place, "turned.beams", turned.beams, 1, 1000);
  }
  if (moved !== undefined)
    for (const name of ["aside", "ahead", "within", "room"] as const)
      positive(place, `moved.${name}`, moved[name]);
  if (pace === null) return treatment;
  for (const name of ["distance", "radius", "fingers"] as const) positive(place, name, pace[name]);
  for (const name of ["before", "after"] as const)
    if (!Number.isInteger(pace[name]) || pace[name] < 0 || pace[name] > 1000)
      refuse(place, `${name} must be an integer from 0 to 1000`, pace[name]);
  return treatment;
}
