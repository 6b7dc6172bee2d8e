"""A small robot of a real ROS 2 graph, written by someone else's hand as it were: rclpy, no code of this house.

It publishes /joint_states at 20 Hz and a best-effort /scan at 10 Hz (nothing in range: infinity), answers /ping (Trigger), follows trajectories of two joints (the action of a
joint_trajectory_controller), obeys /cmd_vel (TwistStamped) and tells what it was told as /told (Float64MultiArray:
linear x, angular z, stamp in seconds). Positions in radians, NaN for the effort nobody measures.
"""
import math
import time

import rclpy
from control_msgs.action import FollowJointTrajectory
from geometry_msgs.msg import TwistStamped
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import ExternalShutdownException, MultiThreadedExecutor
from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import JointState, LaserScan
from std_msgs.msg import Float64MultiArray
from std_srvs.srv import Trigger

JOINTS = ["shoulder", "elbow"]


class Robot(Node):
    def __init__(self) -> None:
        super().__init__("small_robot")
        self.positions = [0.0, 0.0]
        self.states = self.create_publisher(JointState, "joint_states", 10)
        self.told = self.create_publisher(Float64MultiArray, "told", 10)
        self.scans = self.create_publisher(LaserScan, "scan", qos_profile_sensor_data)
        self.create_timer(0.05, self.publish)
        self.create_timer(0.1, self.scan)
        self.create_subscription(TwistStamped, "cmd_vel", self.drive, 10)
        self.create_service(Trigger, "ping", self.ping)
        self.server = ActionServer(
            self, FollowJointTrajectory, "arm_controller/follow_joint_trajectory", self.follow,
            goal_callback=self.accept, cancel_callback=lambda _: CancelResponse.ACCEPT,
            callback_group=ReentrantCallbackGroup())

    def publish(self) -> None:
        message = JointState(name=JOINTS, position=self.positions, effort=[math.nan, math.nan])
        message.header.stamp = self.get_clock().now().to_msg()
        self.states.publish(message)

    def scan(self) -> None:
        message = LaserScan(angle_increment=0.1, range_max=3.5, ranges=[1.5, math.inf, math.nan])
        message.header.stamp = self.get_clock().now().to_msg()
        self.scans.publish(message)

    def drive(self, message: TwistStamped) -> None:
        stamp = message.header.stamp
        self.told.publish(Float64MultiArray(
            data=[message.twist.linear.x, message.twist.angular.z, stamp.sec + stamp.nanosec * 1e-9]))

    def ping(self, _request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success, response.message = True, "pong"
        return response

    def accept(self, goal: FollowJointTrajectory.Goal) -> GoalResponse:
        known = sorted(goal.trajectory.joint_names) == sorted(JOINTS)
        return GoalResponse.ACCEPT if known else GoalResponse.REJECT

    def follow(self, handle):  # runs in a thread of its own
        trajectory, result = handle.request.trajectory, FollowJointTrajectory.Result()
        start = time.monotonic()
        for point in trajectory.points:
            end = start + point.time_from_start.sec + point.time_from_start.nanosec * 1e-9
            while time.monotonic() < end:
                if handle.is_cancel_requested:
                    handle.canceled()
                    return result
                time.sleep(0.01)
            self.positions = [point.positions[trajectory.joint_names.index(name)] for name in JOINTS]
            feedback = FollowJointTrajectory.Feedback(joint_names=JOINTS)
            feedback.actual.positions = self.positions
            handle.publish_feedback(feedback)
        handle.succeed()
        return result


def main() -> None:
    rclpy.init()
    executor = MultiThreadedExecutor()
    executor.add_node(Robot())
    print("ready", flush=True)
    try:
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == "__main__":
    main()
