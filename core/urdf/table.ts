/**
 * An arm put on a table: how far it reaches, which way it looks, and the part of the table that its tool reaches
 * pointing down. The table's frame: z = 0 is its top, x forward from the base. Metres, radians. Searched over seeded
 * poses, so the same arm always gets the same table.
 */
import { refuse } from "../errors.js";
import { type Chain, chainTo, createFrames, forwardKinematics, poseAt } from "../kinematics/chain.js";
import { createIk } from "../kinematics/inverse.js";
import { fixedJoint, massless, type RobotModel } from "../kinematics/model.js";
import { atan2 } from "../math/elementary.js";
import { fromAxisAngle, wrapAngle } from "../math/quat.js";
import { distance, subtract, type Vec3 } from "../math/vec3.js";
import { createRandom } from "../random.js";
import type { ArmRobot, TableZone } from "../robots/arm.js";
import { toolDown } from "../robots/panda.js";

/** What an arm is once it stands on a table. */
export interface Table {
  readonly model: RobotModel;
  readonly home: readonly number[];
  readonly workspace: ArmRobot["workspace"];
  readonly zone: TableZone;
}

/** Puts the arm on the table, turned so that it reaches forward, and finds the part of it that its tool reaches. */
export function onTable(
  { model, floor }: { readonly model: RobotModel; readonly floor: number },
  tool: string,
  place: string,
): Table {
  const bare = chainTo(model, tool);
  const reach = reachOf(bare);
  // Forward is where it points with every joint in the middle of its range.
  const frames = forwardKinematics(bare, middleOf(bare), createFrames(bare));
  const [dx, dy] = subtract(poseAt(frames, bare.n).position, poseAt(frames, 0).position);
  const off = (turn: number): number => Math.abs(wrapAngle(turn + atan2(dy, dx)));
  const turns = [0, Math.PI / 2, -Math.PI / 2, Math.PI].sort((a, b) => off(a) - off(b));
  for (const turn of turns.slice(0, 2)) {
    const root = `${model.name}_table`;
    const standing: RobotModel = {
      ...model,
      root,
      links: [massless(root), ...model.links],
      joints: [
        fixedJoint(`${model.name}_mount`, root, model.root, {
          position: [0, 0, -floor],
          orientation: fromAxisAngle([0, 0, 1], turn),
        }),
        ...model.joints,
      ],
    };
    const found = zoneOf(chainTo(standing, tool), reach);
    if (found !== null) return { model: standing, ...found };
  }
  return refuse(
    place,
    "its tool must reach some of a table in front of its base, pointing down",
    `reach ${reach.toFixed(3)} m`,
  );
}

/** m from the first joint to the tool at most, over many poses. */
export function reachOf(chain: Chain): number {
  const random = createRandom(0).fork("reach");
  const frames = createFrames(chain);
  let most = 0;
  for (let i = 0; i < 5000; i++) {
    const q = Float64Array.from(chain.lower, (low, k) =>
      random.uniform(Math.max(low, -Math.PI), Math.min(chain.upper[k]!, Math.PI)),
    );
    forwardKinematics(chain, q, frames);
    most = Math.max(most, distance(poseAt(frames, chain.n).position, poseAt(frames, 0).position));
  }
  return most;
}

const middleOf = (chain: Chain): Float64Array =>
  chain.lower.map((low, k) => (Math.max(low, -Math.PI) + Math.min(chain.upper[k]!, Math.PI)) / 2);

/** The largest of a few rectangles that the tool reaches with every yaw of a quarter turn, up to a lift height. */
function zoneOf(chain: Chain, reach: number): Omit<Table, "model"> | null {
  const ik = createIk(chain);
  const random = createRandom(1).fork("zone");
  const starts = Array.from({ length: 12 }, () =>
    Float64Array.from(chain.lower, (low, k) => {
      const [a, b] = [Math.max(low, -Math.PI), Math.min(chain.upper[k]!, Math.PI)];
      return (a + b) / 2 + 0.3 * (b - a) * random.uniform(-1, 1);
    }),
  );
  const solve = (position: Vec3, yaw: number, from: ArrayLike<number>, iterations: number) =>
    ik.solve({ position, orientation: toolDown(yaw) }, from, { iterations });
  const lifts = [0.2, 0.15, 0.1, 0.075].filter((lift) => lift < 0.5 * reach);
  for (const lift of lifts)
    for (const half of [0.1, 0.075, 0.05, 0.035].filter((size) => size < 0.2 * reach))
      for (const share of [0.6, 0.5, 0.7, 0.45, 0.4, 0.35])
        for (const yaw of [0, Math.PI / 2, -Math.PI / 2, Math.PI]) {
          const x = Math.round(200 * share * reach) / 200;
          const middle = starts
            .map((start) => solve([x, 0, lift / 2], yaw, start, 150))
            .find(({ error }) => error < 1e-3);
          if (middle === undefined) continue;
          const home = solve([x, 0, 0.85 * lift], yaw, middle.q, 150);
          if (home.error > 1e-3) continue;
          const corners = [-1, 0, 1].flatMap((a) =>
            [-1, 1].flatMap((b) => [0.01, lift].map((z): Vec3 => [x + a * half, b * half, z])),
          );
          const fits = corners.every((corner) =>
            [-0.8, 0.8].every((turn) => solve(corner, yaw + turn, home.q, 80).error < 1e-3),
          );
          if (!fits) continue;
          return {
            home: [...home.q],
            workspace: {
              low: [Math.max(0.05, x - 2 * half), -2.5 * half, 0.008],
              high: [x + 2 * half, 2.5 * half, lift + 0.01],
              yaw: 1.2,
              yawCentre: yaw,
            },
            zone: {
              centre: [x, 0],
              range: [half, half],
              apart: Math.min(0.1, 1.6 * half),
              tool: { centre: [x, 0, Math.round(850 * lift) / 1000], range: Math.min(0.03, 0.15 * lift) },
              lift,
            },
          };
        }
  return null;
}
