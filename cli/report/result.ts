/**
 * What a run of the demo found, as data: the report draws it, `--json` writes it. Seconds, bytes, metres, radians.
 */
import type { Rate, Scene, Vec3 } from "../../core/index.js";

/** One picture of a film: what stood where. */
export interface FilmFrame {
  readonly time: number;
  readonly objects: Scene["objects"];
  readonly tool: { readonly position: Vec3; readonly yaw: number; readonly width: number } | null;
  readonly base: { readonly position: Vec3; readonly yaw: number } | null;
}

/** An episode worth showing. */
export interface Film {
  readonly seed: number;
  /** `success` or the kind of failure */
  readonly outcome: string;
  readonly seconds: number;
  /** what the skill was about, e.g. `target red_cube, place left_bin` */
  readonly goal: string;
  readonly frames: readonly FilmFrame[];
  /** the same episode as a video; absent or null where there was no browser to draw it */
  readonly video?: Video | null;
}

/** A short video of a trial, drawn by the studio's view. */
export interface Video {
  readonly task: string;
  readonly seed: number;
  /** below the demo's folder */
  readonly file: string;
  /** a frame of it, JPEG, below the demo's folder */
  readonly poster: string;
  /** e.g. `video/mp4` */
  readonly type: string;
  readonly codec: string;
  readonly bytes: number;
  /** px */
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
}

/** The seeds a figure stands on; the ranges are disjoint by construction. */
export interface SeedRange {
  readonly first: number;
  readonly last: number;
  readonly kind: "demonstration" | "checkpoint" | "tuning" | "amplification" | "test";
}

export interface TrialFigure {
  readonly label: string;
  readonly rate: Rate;
  readonly failures: Readonly<Record<string, number>>;
  readonly seeds: SeedRange;
  /** what stands between the policy and the objects, e.g. `detector 2 mm, 1°, 50 ms` */
  readonly conditions: string;
}

export interface TaskResult {
  readonly task: string;
  readonly robot: string;
  readonly summary: string;
  readonly reset: string;
  readonly horizon: number;
  readonly constants: string;
  readonly demonstrations: {
    readonly episodes: number;
    readonly frames: number;
    /** of robot time */
    readonly seconds: number;
    readonly maker: string;
    /** episodes the demonstrator began to get these */
    readonly tried: number;
    readonly lengths: readonly number[];
  };
  readonly training: {
    readonly algorithm: string;
    readonly steps: number;
    readonly parameters: number;
    readonly seed: number;
    /** of training and of choosing the checkpoint */
    readonly seconds: number;
    readonly curve: readonly { readonly step: number; readonly loss: number }[];
    readonly checkpoints: readonly {
      readonly step: number;
      readonly rate: Rate;
      readonly chosen: boolean;
    }[];
    /** size of the ONNX file, bytes, and the start of its SHA-256 */
    readonly bytes: number;
    readonly digest: string;
  };
  /** the first one is the headline; its fields stand at the top of `--json` as well */
  readonly trials: readonly TrialFigure[];
  readonly successes: number;
  readonly episodes: number;
  readonly films: readonly Film[];
}

export interface PlanCheck {
  readonly when: "before" | "while" | "after";
  readonly condition: string;
  readonly holds: boolean;
}

export interface PlanStep {
  readonly skill: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly by: "policy" | "primitive";
  readonly outcome: string;
  readonly seconds: number;
  readonly checks: readonly PlanCheck[];
  /** of the loop: ticks at the policy's rate, missed ones, ms from command to motion (median), s of age at most */
  readonly loop: { readonly ticks: number; readonly missed: number } | null;
}

export interface PlanResult {
  readonly sentence: string;
  readonly language: "en" | "zh";
  readonly robot: string;
  /** which server the twin spoke as */
  readonly server: string;
  readonly understood: string;
  readonly outcome: string;
  readonly done: boolean;
  readonly replans: number;
  readonly seconds: number;
  readonly steps: readonly PlanStep[];
  readonly film: Film | null;
}

/** A take that was recorded through the studio's page. */
export interface ShownTake {
  /** of the layout; null in a set that does not say */
  readonly seed: number | null;
  readonly success: boolean | null;
  readonly seconds: number;
  /** keys pressed for it, those of the recorder included */
  readonly presses: number;
  readonly sentence: string;
  /** eight pictures side by side, JPEG, below the demo's folder; null when they did not come in time */
  readonly film: string | null;
}

/** What a model of a person showed in the page. */
export interface ShownResult {
  readonly task: string;
  /** as the data set calls who made the takes */
  readonly maker: string;
  /** the kind of person that was modelled */
  readonly style: string;
  readonly presses: number;
  /** takes that were rewound, and thrown away */
  readonly rewinds: number;
  readonly thrown: number;
  /** folder of the set, below the demo's */
  readonly dataset: string;
  readonly takes: readonly ShownTake[];
}

export interface StageResult {
  readonly name: string;
  readonly seconds: number;
  readonly reused: boolean;
  /** why it was not run; null when it was */
  readonly skipped: string | null;
  /** takes that a stage of demonstrations has kept */
  readonly takes?: number;
}

export interface DemoResult {
  readonly version: string;
  readonly date: string;
  readonly command: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memory: number;
    readonly system: string;
    readonly node: string;
  };
  readonly engine: string;
  readonly seconds: number;
  readonly stages: readonly StageResult[];
  /** null when the stage was skipped: `stages` says why */
  readonly shown: ShownResult | null;
  readonly tasks: readonly TaskResult[];
  readonly plans: readonly PlanResult[];
  /** resident bytes over all processes, at most */
  readonly peakMemory: number;
}
