/**
 * Several commanders, one robot, inside one process: a person, a policy, a plan each get a view of the robot,
 * and only the holder of the lease commands. A command renews the lease; when it lapses with the robot in
 * motion, the robot holds. Stop gets through from every view.
 */
import { type Clock, type CommandResult, type Robot, refuse } from "../../core/index.js";
import { claimLease, FREE_LEASE, holderOf, LEASE, type Lease, releaseLease, renewLease } from "./lease.js";

/** A robot as one of its commanders sees it. */
export interface LeasedRobot extends Robot {
  /** Refused while another holds command. */
  acquire(): CommandResult;
  /** @returns false when the lease is no longer this view's */
  renew(): boolean;
  release(): void;
}

/** A robot and its lease. */
export interface SharedRobot {
  /** The robot as `holder` sees it; `command` and `bind` acquire the lease when that is free. */
  as(holder: string): LeasedRobot;
  /** Takes command from whoever has it: for a person. The robot holds in between. */
  take(holder: string): LeasedRobot;
  /** who holds command now */
  readonly holder: string | null;
}

/** Shares a robot; all commands must go through the views from then on. */
export function shareRobot(robot: Robot, clock: Clock): SharedRobot {
  let lease: Lease = FREE_LEASE;
  let watching = false;

  /** Lives while somebody holds the lease. */
  const watch = async (): Promise<void> => {
    if (watching) return;
    watching = true;
    while (lease.holder !== null) {
      await clock.sleep(LEASE.period);
      if (lease.holder !== null && holderOf(lease, clock.now()) === null) {
        robot.hold(`lease: ${lease.holder} has fallen silent`);
        lease = FREE_LEASE;
      }
    }
    watching = false;
  };

  const as = (holder: string): LeasedRobot => {
    const acquire = (): CommandResult => {
      const claimed = claimLease(lease, holder, clock.now());
      if (claimed === null)
        return { accepted: false, reason: `lease: ${lease.holder} has command of the robot` };
      lease = claimed;
      void watch();
      return { accepted: true };
    };
    return {
      contract: robot.contract,
      latest: () => robot.latest(),
      scene: () => robot.scene(),
      bind: (goal) => {
        const acquired = acquire();
        if (!acquired.accepted)
          refuse(`bind by ${holder}`, "only the holder of command binds goals", lease.holder);
        robot.bind(goal);
      },
      commanded: () => robot.commanded(),
      command: (chunk) => {
        const acquired = acquire();
        return acquired.accepted ? robot.command(chunk) : acquired;
      },
      hold: (reason) => {
        if (holderOf(lease, clock.now()) === holder) robot.hold(reason);
      },
      stop: (reason) => robot.stop(reason),
      releaseStop: () => robot.releaseStop(),
      get stopped() {
        return robot.stopped;
      },
      get speedScale() {
        return robot.speedScale ?? 1;
      },
      on: (listener) => robot.on(listener),
      close: async () => {
        if (holderOf(lease, clock.now()) === holder) robot.hold(`${holder} has left`);
        lease = releaseLease(lease, holder);
      },
      acquire,
      renew: () => {
        const renewed = renewLease(lease, holder, clock.now());
        if (renewed !== null) lease = renewed;
        return renewed !== null;
      },
      release: () => {
        lease = releaseLease(lease, holder);
      },
    };
  };

  return {
    as,
    take: (holder) => {
      const other = holderOf(lease, clock.now());
      if (other !== null && other !== holder) robot.hold(`lease: ${holder} takes command from ${other}`);
      lease = FREE_LEASE;
      const view = as(holder);
      view.acquire();
      return view;
    },
    get holder() {
      return holderOf(lease, clock.now());
    },
  };
}
