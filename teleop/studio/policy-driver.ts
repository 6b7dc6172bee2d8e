/**
 * A policy at the wheel of a stepped environment: chunks are asked for and carried out as in an evaluation, so that a
 * trial in the page and one on the command line are the same to the bit. While it thinks, time stands still.
 */
import { createRandom, type Environment, messageOf, type Policy, type Random } from "../../core/index.js";

/** A policy that drives. */
export interface PolicyDriver {
  readonly name: string;
  /** The next command, [A]; null while the policy thinks. */
  next(): Float32Array | null;
  /** What is left of the present chunk counts no more: somebody else has driven. */
  drop(): void;
}

/**
 * @param seed of the layout: the noise of a trial comes from it, as in an evaluation
 * @param onThought called when a chunk has come, or could not
 */
export function policyDriver(
  name: string,
  policy: Policy,
  environment: Environment,
  seed: number,
  onThought: (error: string | null) => void,
): PolicyDriver {
  const random: Random = createRandom(seed).fork("policy");
  const size = environment.command().length;
  const noise = new Float32Array(policy.noiseSize);
  let chunk: Float32Array | null = null;
  let row = 0;
  let thinking = false;
  /** thoughts of an earlier generation are not heard */
  let generation = 0;

  const think = async (): Promise<void> => {
    thinking = true;
    const mine = generation;
    for (let i = 0; i < noise.length; i++) noise[i] = random.normal();
    try {
      const thought = await policy.act(environment.observe(), environment.command(), noise);
      if (mine === generation) [chunk, row] = [thought, 0];
      onThought(null);
    } catch (error) {
      onThought(messageOf(error));
    } finally {
      thinking = false;
    }
  };

  return {
    name,
    next: () => {
      if (chunk !== null && row < policy.execute) {
        const command = chunk.slice(row * size, (row + 1) * size);
        row++;
        return command;
      }
      if (!thinking) void think();
      return null;
    },
    drop: () => {
      generation++;
      chunk = null;
    },
  };
}
