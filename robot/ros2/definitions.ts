/**
 * The interface definitions of the messages in play, in the syntax of .msg, .srv and .action files (comments and
 * constants left out), each under a line that names it. Fields and order are those of ROS 2 Jazzy, which Humble
 * shares unless noted. Read by `types.ts`.
 *
 * Not a copy of ROS: only what the twin, the drivers and rosapi speak. More can be added to a type table.
 */
export const DEFINITIONS = `
=== builtin_interfaces/msg/Time
int32 sec
uint32 nanosec
=== builtin_interfaces/msg/Duration
int32 sec
uint32 nanosec
=== std_msgs/msg/Header
builtin_interfaces/Time stamp
string frame_id
=== std_msgs/msg/Empty
=== std_msgs/msg/Bool
bool data
=== std_msgs/msg/String
string data
=== std_msgs/msg/Int32
int32 data
=== std_msgs/msg/Float64
float64 data
=== std_msgs/msg/MultiArrayDimension
string label
uint32 size
uint32 stride
=== std_msgs/msg/MultiArrayLayout
std_msgs/MultiArrayDimension[] dim
uint32 data_offset
=== std_msgs/msg/Float64MultiArray
std_msgs/MultiArrayLayout layout
float64[] data
=== std_srvs/srv/Empty
---
=== std_srvs/srv/Trigger
---
bool success
string message
=== std_srvs/srv/SetBool
bool data
---
bool success
string message

=== geometry_msgs/msg/Vector3
float64 x
float64 y
float64 z
=== geometry_msgs/msg/Point
float64 x
float64 y
float64 z
=== geometry_msgs/msg/Quaternion
float64 x 0
float64 y 0
float64 z 0
float64 w 1
=== geometry_msgs/msg/Pose
geometry_msgs/Point position
geometry_msgs/Quaternion orientation
=== geometry_msgs/msg/PoseStamped
std_msgs/Header header
geometry_msgs/Pose pose
=== geometry_msgs/msg/PoseWithCovariance
geometry_msgs/Pose pose
float64[36] covariance
=== geometry_msgs/msg/PoseWithCovarianceStamped
std_msgs/Header header
geometry_msgs/PoseWithCovariance pose
=== geometry_msgs/msg/Twist
geometry_msgs/Vector3 linear
geometry_msgs/Vector3 angular
=== geometry_msgs/msg/TwistStamped
std_msgs/Header header
geometry_msgs/Twist twist
=== geometry_msgs/msg/TwistWithCovariance
geometry_msgs/Twist twist
float64[36] covariance
=== geometry_msgs/msg/Wrench
geometry_msgs/Vector3 force
geometry_msgs/Vector3 torque
=== geometry_msgs/msg/Transform
geometry_msgs/Vector3 translation
geometry_msgs/Quaternion rotation
=== geometry_msgs/msg/TransformStamped
std_msgs/Header header
string child_frame_id
geometry_msgs/Transform transform
=== tf2_msgs/msg/TFMessage
geometry_msgs/TransformStamped[] transforms
=== nav_msgs/msg/Odometry
std_msgs/Header header
string child_frame_id
geometry_msgs/PoseWithCovariance pose
geometry_msgs/TwistWithCovariance twist

=== sensor_msgs/msg/JointState
std_msgs/Header header
string[] name
float64[] position
float64[] velocity
float64[] effort
=== sensor_msgs/msg/LaserScan
std_msgs/Header header
float32 angle_min
float32 angle_max
float32 angle_increment
float32 time_increment
float32 scan_time
float32 range_min
float32 range_max
float32[] ranges
float32[] intensities
=== sensor_msgs/msg/Imu
std_msgs/Header header
geometry_msgs/Quaternion orientation
float64[9] orientation_covariance
geometry_msgs/Vector3 angular_velocity
float64[9] angular_velocity_covariance
geometry_msgs/Vector3 linear_acceleration
float64[9] linear_acceleration_covariance
=== sensor_msgs/msg/Image
std_msgs/Header header
uint32 height
uint32 width
string encoding
uint8 is_bigendian
uint32 step
uint8[] data
=== sensor_msgs/msg/CompressedImage
std_msgs/Header header
string format
uint8[] data
=== sensor_msgs/msg/RegionOfInterest
uint32 x_offset
uint32 y_offset
uint32 height
uint32 width
bool do_rectify
=== sensor_msgs/msg/CameraInfo
std_msgs/Header header
uint32 height
uint32 width
string distortion_model
float64[] d
float64[9] k
float64[9] r
float64[12] p
uint32 binning_x
uint32 binning_y
sensor_msgs/RegionOfInterest roi

=== vision_msgs/msg/ObjectHypothesis
string class_id
float64 score
=== vision_msgs/msg/ObjectHypothesisWithPose
vision_msgs/ObjectHypothesis hypothesis
geometry_msgs/PoseWithCovariance pose
=== vision_msgs/msg/BoundingBox3D
geometry_msgs/Pose center
geometry_msgs/Vector3 size
=== vision_msgs/msg/Detection3D
std_msgs/Header header
vision_msgs/ObjectHypothesisWithPose[] results
vision_msgs/BoundingBox3D bbox
string id
=== vision_msgs/msg/Detection3DArray
std_msgs/Header header
vision_msgs/Detection3D[] detections

=== trajectory_msgs/msg/JointTrajectoryPoint
float64[] positions
float64[] velocities
float64[] accelerations
float64[] effort
builtin_interfaces/Duration time_from_start
=== trajectory_msgs/msg/JointTrajectory
std_msgs/Header header
string[] joint_names
trajectory_msgs/JointTrajectoryPoint[] points
=== trajectory_msgs/msg/MultiDOFJointTrajectoryPoint
geometry_msgs/Transform[] transforms
geometry_msgs/Twist[] velocities
geometry_msgs/Twist[] accelerations
builtin_interfaces/Duration time_from_start
=== trajectory_msgs/msg/MultiDOFJointTrajectory
std_msgs/Header header
string[] joint_names
trajectory_msgs/MultiDOFJointTrajectoryPoint[] points

=== control_msgs/msg/JointTolerance
string name
float64 position
float64 velocity
float64 acceleration
=== control_msgs/msg/JointComponentTolerance
string joint_name
uint16 component
float64 position
float64 velocity
float64 acceleration
=== control_msgs/msg/JointTrajectoryControllerState
std_msgs/Header header
string[] joint_names
trajectory_msgs/JointTrajectoryPoint reference
trajectory_msgs/JointTrajectoryPoint feedback
trajectory_msgs/JointTrajectoryPoint error
trajectory_msgs/JointTrajectoryPoint output
string[] multi_dof_joint_names
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_reference
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_feedback
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_error
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_output
float64 speed_scaling_factor
=== control_msgs/msg/GripperCommand
float64 position
float64 max_effort
=== control_msgs/action/FollowJointTrajectory
trajectory_msgs/JointTrajectory trajectory
trajectory_msgs/MultiDOFJointTrajectory multi_dof_trajectory
control_msgs/JointTolerance[] path_tolerance
control_msgs/JointComponentTolerance[] component_path_tolerance
control_msgs/JointTolerance[] goal_tolerance
control_msgs/JointComponentTolerance[] component_goal_tolerance
builtin_interfaces/Duration goal_time_tolerance
---
int32 error_code
string error_string
---
std_msgs/Header header
string[] joint_names
trajectory_msgs/JointTrajectoryPoint desired
trajectory_msgs/JointTrajectoryPoint actual
trajectory_msgs/JointTrajectoryPoint error
string[] multi_dof_joint_names
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_desired
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_actual
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_error
=== control_msgs/action/GripperCommand
control_msgs/GripperCommand command
---
float64 position
float64 effort
bool stalled
bool reached_goal
---
float64 position
float64 effort
bool stalled
bool reached_goal
=== control_msgs/action/ParallelGripperCommand
sensor_msgs/JointState command
---
sensor_msgs/JointState state
bool stalled
bool reached_goal
---
sensor_msgs/JointState state
=== example_interfaces/action/Fibonacci
int32 order
---
int32[] sequence
---
int32[] sequence

=== unique_identifier_msgs/msg/UUID
uint8[16] uuid
=== action_msgs/msg/GoalInfo
unique_identifier_msgs/UUID goal_id
builtin_interfaces/Time stamp
=== action_msgs/srv/CancelGoal
action_msgs/GoalInfo goal_info
---
int8 return_code
action_msgs/GoalInfo[] goals_canceling

=== rosapi_msgs/msg/TypeDef
string type
string[] fieldnames
string[] fieldtypes
int32[] fieldarraylen
string[] examples
string[] constnames
string[] constvalues
=== rosapi_msgs/srv/Topics
---
string[] topics
string[] types
=== rosapi_msgs/srv/TopicsAndRawTypes
---
string[] topics
string[] types
string[] typedefs_full_text
=== rosapi_msgs/srv/TopicType
string topic
---
string type
=== rosapi_msgs/srv/TopicsForType
string type
---
string[] topics
=== rosapi_msgs/srv/Publishers
string topic
---
string[] publishers
=== rosapi_msgs/srv/Subscribers
string topic
---
string[] subscribers
=== rosapi_msgs/srv/Services
---
string[] services
=== rosapi_msgs/srv/ServiceType
string service
---
string type
=== rosapi_msgs/srv/ServicesForType
string type
---
string[] services
=== rosapi_msgs/srv/GetActionServers
---
string[] action_servers
=== rosapi_msgs/srv/ActionType
string action
---
string type
=== rosapi_msgs/srv/Nodes
---
string[] nodes
=== rosapi_msgs/srv/MessageDetails
string type
---
rosapi_msgs/TypeDef[] typedefs
=== rosapi_msgs/srv/GetTime
---
builtin_interfaces/Time time
`;
