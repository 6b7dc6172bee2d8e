/**
 * The solids of an arm with its gripper, for every detail they are asked for: put together from what its look says, or
 * grown from its kinematic tree (`arm-parts.ts`). Each link stands in the frame of the joint that carries it, fingers
 * in frames of their own (`figure.ts`). Metres.
 */
import { BufferGeometry, Matrix4 } from "three";
import {
  type ArmLook,
  type Chain,
  compose,
  createFrames,
  forwardKinematics,
  invert,
  type Pose,
  poseAt,
} from "../../core/index.js";
import { armParts } from "./arm-parts.js";
import { type ArmFigure, girthOf, handEyeOf } from "./figure.js";
import { grownHand, handLength } from "./grown-hand.js";
import { FRANKA_FLANGE, fingerParts, handBody } from "./hand-parts.js";
import { handCamera, lookSolids } from "./look-parts.js";
import { type Detail, matrixOf, merged, moved } from "./shapes.js";

/** An arm cut for one detail. */
export interface ArmSolids {
  readonly base: BufferGeometry;
  /** [n]; the hand is with the last */
  readonly links: readonly BufferGeometry[];
  readonly fingers: readonly BufferGeometry[];
}

/** Cuts an arm once for each detail. */
export function armSolids(arm: ArmFigure, chain: Chain): (detail: Detail) => ArmSolids {
  const cut = new Map<Detail, ArmSolids>();
  return (detail) => {
    let solids = cut.get(detail);
    if (solids === undefined) {
      const look = arm.look ?? { kind: "grown" };
      solids = look.kind === "built" ? built(detail, chain, look) : grown(detail, arm, chain, look);
      cut.set(detail, solids);
    }
    return solids;
  };
}

type Look<K extends ArmLook["kind"]> = ArmLook & { readonly kind: K };

function built(detail: Detail, chain: Chain, look: Look<"built">): ArmSolids {
  const frames = createFrames(chain);
  forwardKinematics(chain, new Float64Array(chain.n), frames);
  const links = chain.joints.map((_, i) =>
    lookSolids(detail, look.links[i] ?? []).map((part) => moved(part, matrixOf(invert(poseAt(frames, i))))),
  );
  const hand = [...lookSolids(detail, look.hand), ...handCamera(detail, look.camera)];
  const turned = new Matrix4().makeRotationZ(Math.PI);
  const { fingers } = look;
  return {
    base: merged(lookSolids(detail, look.base)),
    links: withHand(links, hand, chain),
    fingers:
      fingers.kind === "jaw"
        ? [merged(lookSolids(detail, fingers.moving))]
        : [
            merged(lookSolids(detail, fingers.finger)),
            moved(merged(lookSolids(detail, fingers.finger)), turned),
          ],
  };
}

function grown(detail: Detail, arm: ArmFigure, chain: Chain, look: Look<"grown">): ArmSolids {
  const { gripper } = arm;
  const franka = look.hand === "franka";
  const length = franka ? FRANKA_FLANGE : handLength(gripper);
  const toFlange: Pose = { position: [0, 0, -length], orientation: [0, 0, 0, 1] };
  const lastFromFlange = compose(chain.lastFromTool, toFlange);
  const { base, links } = armParts(detail, chain, { lastFromFlange, girth: girthOf(arm) });
  if (franka)
    return {
      base,
      links: withHand(
        links.map((link) => [link]),
        handBody(detail, length),
        chain,
      ),
      fingers: ([1, -1] as const).map((sign) => fingerParts(detail, sign)),
    };
  const { hand, fingers } = grownHand(gripper);
  return {
    base,
    links: withHand(
      links.map((link) => [link]),
      [...lookSolids(detail, hand), ...handCamera(detail, handEyeOf(arm))],
      chain,
    ),
    fingers: fingers.map((finger) => merged(lookSolids(detail, finger))),
  };
}

/** Links with what the last one carries in the tool's frame; a link without a shape of its own is nothing to see. */
function withHand(
  links: readonly (readonly BufferGeometry[])[],
  hand: readonly BufferGeometry[],
  { lastFromTool, n }: Chain,
): BufferGeometry[] {
  const turn = matrixOf(lastFromTool);
  const placed = hand.map((part) => moved(part, turn));
  return links.map((parts, i) => {
    const all = i === n - 1 ? [...parts, ...placed] : parts;
    return all.length === 0 ? new BufferGeometry() : merged(all);
  });
}
