/**
 * The "kindyn" arm: its own rigid-body dynamics moves kinematic link bodies of the engine, two dynamic fingers
 * hang on the last link, and what fingers and links touch comes back as torque, so that pressing on things has
 * finite force. Base frame = world frame; radians, metres, newtons, seconds.
 *
 * The first joints of a chain may be where a moving base stands (`carried`): whoever drives the base gives their
 * accelerations, and all that they do to the rest (inertia, Coriolis and centrifugal forces, what is held) is solved
 * for exactly. What the arm does to the base is not: whoever drives it is as strong as it takes.
 *
 * Servo: implicit PD with velocity feed-forward, clipped at the effort limits; gravity compensated where the drive
 * does not say that it is felt.
 * Not modelled: static friction, backlash, gear elasticity.
 */
import {
  type ArmDrive,
  type ArmRobot,
  armChain,
  type Chain,
  choleskySolve,
  type Pose,
  poseAt,
  type RobotContact,
} from "../../core/index.js";
import { createDynamics, type Dynamics } from "../dynamics.js";
import type { PhysicsWorld } from "../engine.js";
import type { StateReader, StateWriter } from "../state.js";
import { type Feel, feelOf } from "./feel.js";
import { fingerContact } from "./finger-contact.js";
import { createGripper, type Gripper, type HandOptions } from "./gripper.js";
import { Links } from "./links.js";
import { SetPoint } from "./setpoint.js";

const GRAVITY = 9.81;

/** An arm in a world. Step: `tick`, then the world, then `read`. */
export class SimulatedArm {
  /** [n] rad, rad/s, and what the motors gave in the last step, N m */
  readonly q: Float64Array;
  readonly qd: Float64Array;
  readonly effort: Float64Array;
  /** where the servos want the joints */
  readonly setPoint: SetPoint;
  readonly chain: Chain;
  readonly hand: Gripper;
  readonly links: Links;
  private readonly dynamics: Dynamics;
  private readonly M: Float64Array;
  private readonly A: Float64Array;
  private readonly servo: Float64Array;
  private readonly bias: Float64Array;
  private readonly holding: Float64Array;
  private readonly external: Float64Array;
  private readonly rhs: Float64Array;
  private readonly saturated: Uint8Array;
  private readonly drive: ArmDrive;
  /** passive losses and armature, [n] */
  private readonly friction: Float64Array;
  private readonly armature: Float64Array;
  /** rad/s² or m/s² of the joints that are carried, for the next tick; the others' stay 0, [n] */
  private readonly given: Float64Array;
  /** of the joints that have servos: a view */
  private readonly solved: Float64Array;

  /**
   * @param carried how many of the first joints are moved from outside, see `carry`
   * @param member which of several arms of this world it is: they touch one another; null: it is alone
   * @throws InputError when the robot's data does not fit together
   */
  constructor(
    private readonly world: PhysicsWorld,
    robot: ArmRobot,
    q0: ArrayLike<number>,
    options: HandOptions = {},
    private readonly carried = 0,
    member: number | null = null,
  ) {
    const chain = armChain(robot);
    this.chain = chain;
    const { n } = chain;
    const { drive } = robot;
    this.drive = drive;
    this.friction = perJoint(drive.friction, n);
    this.armature = perJoint(drive.armature, n);
    this.q = Float64Array.from(q0);
    this.qd = new Float64Array(n);
    this.effort = new Float64Array(n);
    this.setPoint = new SetPoint(n, world.dt);
    this.setPoint.reset(q0);
    this.M = new Float64Array(n * n);
    this.A = new Float64Array(n * n);
    this.servo = new Float64Array(n);
    this.bias = new Float64Array(n);
    this.holding = new Float64Array(n);
    this.external = new Float64Array(n);
    this.rhs = new Float64Array(n);
    this.saturated = new Uint8Array(n);
    this.given = new Float64Array(n);
    this.solved = this.rhs.subarray(carried);
    this.dynamics = createDynamics(chain);
    this.dynamics.setPosition(q0);
    this.dynamics.gravity(GRAVITY, this.effort);
    this.links = new Links(world, chain, drive, robot.gripper.drive.palm, this.dynamics, member);
    this.hand = createGripper(world, chain, this.dynamics, this.links.last, robot.gripper, options, member);
  }

  /** base ← tool, from the joints. */
  toolPose(): Pose {
    return poseAt(this.dynamics.frames, this.chain.n);
  }

  /** What presses on links and fingers from outside; an object held between the fingers does not. */
  contacts(nameOf?: (collider: number) => string | undefined): RobotContact[] {
    const gripper = fingerContact(this.world, this.hand.fingers, nameOf);
    const links = this.links.contacts(nameOf);
    return gripper === null ? links : [...links, gripper];
  }

  /** What the hand feels now. */
  feel(): Feel {
    return feelOf(this.world, this.hand);
  }

  /** How the carried joints accelerate in the next tick, rad/s² or m/s². */
  carry(accelerations: ArrayLike<number>): void {
    for (let i = 0; i < this.carried; i++) this.given[i] = accelerations[i]!;
  }

  /** Decides the motion of one physics step. */
  tick(): void {
    this.setPoint.advance();
    this.hand.advance();
    this.external.fill(0);
    this.hand.addTorques(this.external);
    this.links.addTorques(this.external);
    this.integrate();
    this.links.place();
  }

  /** Reads what the engine moved, after the world's step. */
  read(): void {
    this.hand.read();
  }

  /**
   * (M + armature + h D + h² K) qdd = servo - bias + external - friction, then semi-implicit Euler. A joint whose
   * servo would exceed its limit gives the limit instead and leaves its gains out of the left side; then the
   * others are solved again. Judged by the implicit torque: the explicit one overshoots at every change of speed.
   */
  private integrate(): void {
    const { n, effort: limit, lower, upper } = this.chain;
    const { q, qd, servo, bias, holding, rhs, saturated, drive, effort, carried, given } = this;
    const h = this.world.dt;
    this.dynamics.massMatrix(this.M);
    this.dynamics.inverse(qd, carried === 0 ? null : given, GRAVITY, bias);
    if (drive.gravity !== "felt") this.dynamics.gravity(GRAVITY, holding);
    saturated.fill(0);
    for (let i = carried; i < n; i++) {
      const k = drive.stiffness[i]!;
      servo[i] =
        holding[i]! +
        k * (this.setPoint.q[i]! - q[i]! - h * qd[i]!) +
        drive.damping[i]! * (this.setPoint.qd[i]! - qd[i]!);
    }
    for (let again = true; again; ) {
      again = false;
      this.solve();
      for (let i = carried; i < n; i++) {
        if (saturated[i] !== 0) continue;
        effort[i] = servo[i]! - (h * drive.damping[i]! + h * h * drive.stiffness[i]!) * rhs[i]!;
        if (Math.abs(effort[i]!) <= limit[i]!) continue;
        effort[i] = Math.sign(effort[i]!) * limit[i]!;
        saturated[i] = 1;
        again = true;
      }
    }
    for (let i = 0; i < n; i++) {
      qd[i]! += h * rhs[i]!;
      q[i]! += h * qd[i]!;
      if (q[i]! < lower[i]!) {
        q[i] = lower[i]!;
        qd[i] = Math.max(0, qd[i]!);
      } else if (q[i]! > upper[i]!) {
        q[i] = upper[i]!;
        qd[i] = Math.min(0, qd[i]!);
      }
    }
    this.dynamics.setPosition(q);
  }

  /** Accelerations into `rhs`, for the joints that are saturated so far. */
  private solve(): void {
    const { n } = this.chain;
    const { qd, rhs, A, M, drive, carried, given } = this;
    const h = this.world.dt;
    const m = n - carried;
    for (let i = 0; i < carried; i++) rhs[i] = given[i]!;
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++) A[i * m + j] = M[(i + carried) * n + j + carried]!;
    for (let i = carried; i < n; i++) {
      const free = this.saturated[i] === 0;
      const torque = free ? this.servo[i]! : this.effort[i]!;
      const gains = free ? h * drive.damping[i]! + h * h * drive.stiffness[i]! : 0;
      rhs[i] = torque - this.bias[i]! + this.external[i]! - this.friction[i]! * qd[i]!;
      A[(i - carried) * (m + 1)]! += this.armature[i]! + h * this.friction[i]! + gains;
    }
    choleskySolve(A, this.solved, m);
  }

  /** After the world was restored: fetches every body and collider again, by handle. */
  attach(): void {
    this.links.attach();
    this.hand.attach();
  }

  save(out: StateWriter): void {
    for (const array of [this.q, this.qd, this.effort]) out.putArray(array);
    for (let i = 0; i < this.carried; i++) out.put(this.given[i]!);
    this.setPoint.save(out);
    this.hand.save(out);
    this.links.save(out);
  }

  load(state: StateReader): void {
    for (const array of [this.q, this.qd, this.effort]) state.getInto(array);
    for (let i = 0; i < this.carried; i++) this.given[i] = state.get();
    this.setPoint.load(state);
    this.hand.load(state);
    this.links.load(state);
    this.dynamics.setPosition(this.q);
  }
}

const perJoint = (value: number | readonly number[], n: number): Float64Array =>
  typeof value === "number" ? new Float64Array(n).fill(value) : Float64Array.from(value);
