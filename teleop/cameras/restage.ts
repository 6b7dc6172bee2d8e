/**
 * The scene of every frame of an episode, made again after the fact: the layout of its seed, stepped by its recorded
 * commands. The same engine gives the same bits, and every frame is compared with what was recorded, so that pictures
 * are of what happened or there are none. Frame of the scene; metres, radians. Not a drawing.
 *
 * People, policies and amplified takes command in float32, as the set keeps it. A script commands in float64, of which
 * the set keeps the nearest float32: its takes are made again by the script itself, and its commands compared too.
 */
import {
  type Appearance,
  type Demonstrator,
  drives,
  type Environment,
  refuse,
  type SceneObject,
  sameGoal,
} from "../../core/index.js";
import type { Episode } from "../../datasets/index.js";
import {
  type ArmFigure,
  figureNamed,
  type ViewState,
  viewStateOf,
  type WorldKind,
  worldKindOf,
} from "../../sim/view/index.js";
import { robotStateOf } from "../studio/capture.js";

/** A horizon that no take reaches, s: people take their time, and what came after it is to be seen too. */
export const ENDLESS = 24 * 3600;

/** The scene of an episode, frame by frame. */
export interface Restaged {
  readonly kind: WorldKind;
  /** the arm in it; default the Panda */
  readonly arm?: ArmFigure;
  /** as they stood at the beginning */
  readonly objects: readonly SceneObject[];
  /** one a frame */
  readonly states: readonly ViewState[];
  /** how pictures of it look where that was drawn for it; null or absent: as always */
  readonly appearance?: Appearance | null;
}

/**
 * Makes an episode again.
 * @param environment of the episode's task, with the horizon `ENDLESS`
 * @param script the demonstrator of the episode's seed where one made it; null: commands as recorded
 * @param place what the episode is called in messages
 * @param arm how the arm looks; default the built-in one that the contract names
 * @throws InputError for an episode without a seed, from another engine, or that comes out otherwise than recorded
 */
export function restage(
  environment: Environment,
  episode: Episode,
  script: Demonstrator | null,
  place: string,
  arm: ArmFigure = figureNamed(environment.contract.robot),
): Restaged {
  const { contract } = environment;
  const { meta, length, actions } = episode;
  if (meta.seed === null) return refuse(place, "must have a seed for its scene to be made again", null);
  const { engine } = contract;
  if (meta.engine?.name !== engine?.name || meta.engine?.version !== engine?.version)
    refuse(place, `must come from the engine ${engine?.name} ${engine?.version}`, meta.engine);
  const width = actions.length / length;
  environment.reset(meta.seed);
  if (!sameGoal(meta.goal, environment.goal())) environment.bind(meta.goal);
  const { objects } = environment.scene();
  const states: ViewState[] = [];
  for (let frame = 0; frame < length; frame++) {
    const change = meta.goalChanges.find((each) => each.frame === frame);
    if (change !== undefined) environment.bind(change.goal);
    compare(environment, episode, frame, place);
    states.push(stateOf(environment, frame / contract.rates.record));
    const recorded = actions.subarray(frame * width, (frame + 1) * width);
    const command = script === null ? recorded : script.act(environment);
    if (script !== null && command.some((value, i) => Math.fround(value) !== recorded[i]))
      refuse(place, "must be commanded by its script again as it was recorded", { frame });
    environment.step(command);
  }
  const appearance = environment.randomisation?.()?.appearance ?? null;
  return { kind: worldKindOf(contract.robot), arm, objects, states, appearance };
}

/** Refuses a frame whose observation is not, number by number, the one recorded. */
function compare(
  environment: Environment,
  { features, length }: Episode,
  frame: number,
  place: string,
): void {
  const { values } = environment.observe();
  for (const [name, recorded] of Object.entries(features)) {
    const size = recorded.length / length;
    const seen = values[name];
    for (let i = 0; i < size; i++)
      if (seen?.[i] !== recorded[frame * size + i])
        refuse(place, "must come out of its seed and its commands again as it was recorded", {
          frame,
          feature: name,
          recorded: recorded[frame * size + i],
          again: seen?.[i],
        });
  }
}

function stateOf(environment: Environment, time: number): ViewState {
  const robot = robotStateOf(environment);
  const base = drives(environment.contract) ? { base: robot.root } : {};
  return { ...viewStateOf(environment.scene(), { ...robot, ...base }), time };
}
