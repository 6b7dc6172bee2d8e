/**
 * Stop over ROS: a `std_msgs/Bool` lock (as twist_mux and others take it), repeated for as long as the stop is
 * latched, so that a robot that was out of reach hears it when it is back; and a `std_srvs/Trigger` service, once.
 * Both on the connection that nothing else uses. A lock that another client engages latches here too, but is
 * repeated only by whoever engaged it.
 */
import { type Clock, messageOf } from "../../core/index.js";
import { ROS_TYPE } from "../ros2/messages.js";
import type { RosClient } from "../ros2/ros-client.js";
import type { Profile } from "./profile.js";

export interface RosStop {
  engage(): void;
  release(): void;
  /** Repeats; to be called at 10 Hz. */
  tick(): void;
  close(): void;
}

export interface RosStopOptions {
  readonly client: RosClient;
  readonly clock: Clock;
  readonly stop: Profile["stop"];
  /** another client stopped the robot */
  onRemote(): void;
  /** the stop service failed or does not exist: the lock and the robot's own hold are what is left */
  onTrouble(detail: string): void;
}

/** s after an own release in which one's own lock may still come back as an echo */
const ECHO = 0.5;
/** messages that say "released": one may be lost with a link */
const RELEASES = 3;
const SERVICE_TIMEOUT = 2;
const SERVICE_REPEAT = 0.3;

export function createRosStop(options: RosStopOptions): RosStop {
  const { client, clock } = options;
  const { lock, service } = options.stop;
  let engaged = false;
  let releases = 0;
  let releasedAt = Number.NEGATIVE_INFINITY;

  const tell = (data: boolean): void => {
    if (lock !== null) client.publishStop(lock, ROS_TYPE.bool, { data });
  };
  const unadvertise = lock === null ? () => {} : client.advertise(lock, ROS_TYPE.bool);
  const unsubscribe =
    lock === null
      ? () => {}
      : client.subscribe(lock, ROS_TYPE.bool, ({ data }) => {
          if (data === true && !engaged && clock.now() - releasedAt > ECHO) options.onRemote();
        });

  return {
    engage: () => {
      engaged = true;
      releases = 0;
      tell(true);
      if (service !== null)
        client
          .callService(service, ROS_TYPE.trigger, {}, SERVICE_TIMEOUT, { repeat: SERVICE_REPEAT })
          .catch((error: unknown) => options.onTrouble(messageOf(error)));
    },
    release: () => {
      engaged = false;
      releases = RELEASES;
      releasedAt = clock.now();
      tell(false);
    },
    tick: () => {
      if (engaged) tell(true);
      else if (releases > 0) {
        releases--;
        tell(false);
      }
    },
    close: () => {
      unsubscribe();
      unadvertise();
    },
  };
}
