/** English words of the domain. Spellings are separated by `|`; see `lexeme.ts`. */
import type { ObjectClass } from "../../core/index.js";
import { COLOURS } from "../../core/index.js";
import { type Lexicon, lexicon } from "./lexeme.js";
import type { Side } from "./meaning.js";

/** The closed lexicon of English. */
export const ENGLISH: Lexicon = lexicon((word) => {
  for (const colour of COLOURS) word("colour", colour, colour);
  word("colour", "violet", "purple");

  const noun = (singular: string, plural: string, ...classes: ObjectClass[]) => {
    word("noun", singular, { classes, plural: false });
    word("noun", plural, { classes, plural: true });
  };
  noun("cube|block|brick", "cubes|blocks|bricks", "cube");
  noun("bin|container|basket|crate|tray|bucket", "bins|containers|baskets|crates|trays|buckets", "bin");
  // A box may be a thing to grasp or a thing to fill: both readings, the scene decides.
  noun("box", "boxes", "cube");
  noun("box", "boxes", "bin");
  noun("shelf|shelves|bookshelf|rack", "racks", "shelf");
  noun("door|doorway", "doors", "door");
  noun("desk|workbench", "desks", "desk");
  noun("table", "tables", "desk");
  noun("platform", "platforms", "platform");
  noun("place|location|spot", "places|locations|spots", "shelf", "door", "desk", "platform");
  noun("obstacle|pillar|column", "obstacles|pillars|columns", "obstacle");
  word("noun", "one|thing|object|item", { classes: null, plural: false });
  word("noun", "ones|things|objects|items", { classes: null, plural: true });
  word("table", "table|tabletop|table top", null);

  const side = (which: Side, spellings: string, most: string) => {
    word("side", spellings, which);
    word("most", most, { kind: "side", side: which });
  };
  side(
    "left",
    "left|left-hand|left hand|left side|left-hand side|left hand side",
    "leftmost|left-most|left most",
  );
  side(
    "right",
    "right|right-hand|right hand|right side|right-hand side|right hand side",
    "rightmost|right-most|right most",
  );
  side("middle", "middle|centre|center|central", "middlemost");
  // Front may be the side towards the robot or the side it faces: both readings, the scene decides.
  side("near", "front|near|back|rear", "frontmost");
  side("far", "far|back|rear|front", "backmost|rearmost");
  word("most", "nearest|closest|nearer|closer", { kind: "nearest", to: null });
  word("most", "farthest|furthest|remotest", { kind: "farthest", to: null });
  word("most", "biggest|largest|big|large|bigger|larger", { kind: "biggest" });
  word("most", "smallest|small|little|smaller|tiny", { kind: "smallest" });

  ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"].forEach((name, index) => {
    word("number", `${name}|${index + 1}`, index + 1);
  });
  word("the", "the|your|my", null);
  word("a", "a|an|any|some", null);
  word("this", "this|that|these|those", null);
  word("all", "all|every|each", null);
  word("both", "both", null);
  word("other", "other|remaining", null);
  word("other", "another", null);
  word("others", "others|rest|remainder", null);
  word("same", "same", null);
  word("everything", "everything", null);
  word("it", "it|this|that", null);
  word("them", "them|these|those|they", null);
  word("there", "there", null);
  word("me", "me|us", null);
  word("robot", "you|yourself|robot|arm|base|robot arm|gripper", null);

  word("of", "of", null);
  word("in", "in|inside|inside of|within", null);
  word("into", "into|in to", null);
  word("to", "to|towards|toward|over to|up to|back to", null);
  word("on", "on|onto|on to|upon", null);
  word("onTop", "atop|on top of|on the top of|over|above", null);
  word("from", "from|out of|off|off of", null);
  word("at", "at", null);
  word("nextTo", "next to|beside|near|near to|by|close to|alongside|adjacent to", null);
  word("inFront", "in front of", null);
  word("behind", "behind", null);
  word("under", "under|below|beneath|underneath", null);
  word("between", "between", null);
  word(
    "that",
    "which|that is|which is|that's|that are|which are|lying|sitting|standing|located|placed",
    null,
  );
  word("containing", "with|containing|that contains|which contains|that holds|that has", null);
  word("as", "as", null);
  word("except", "except|except for|but|apart from|other than|besides", null);
  word("and", "and|and also", null);
  word("comma", ",", null);
  word("then", "then|after that|afterwards|next|finally|lastly|and then|subsequently|later", null);
  word("first", "first|firstly", null);

  word("put", "put|place|set|lay|insert|stick", null);
  word("move", "move|shift|transfer|relocate", null);
  word("bring", "bring|carry|deliver", null);
  word("take", "take", null);
  word("drop", "drop|drop off", null);
  word(
    "lift",
    "lift|raise|grab|grasp|pick|hold|pick up|lift up|take up|hold up|get hold of|grab hold of|take hold of",
    null,
  );
  word("putDown", "put down|set down|lay down|release|let go of|let go|lower|place down", null);
  word(
    "go",
    "go|drive|navigate|travel|head|roll|come|return|go back|drive back|move|move over|go over|drive over",
    null,
  );
  word("visit", "visit|reach|approach|find your way to", null);
  word("fetch", "fetch|get|retrieve|hand|pass|give", null);
  word("up", "up", null);
  word("down", "down", null);

  word(
    "filler",
    "please|kindly|could you|can you|would you|will you|could you please|can you please|would you please|would you mind|" +
      "i want you to|i would like you to|i'd like you to|i need you to|you should|you must|you have to|let's|now|hey|hi|" +
      "hello|ok|okay|thanks|thank you|for me|just|go ahead and|too|also|as well|robot|hey robot|dear robot|" +
      "coloured|colored|well|go and|together|your task is to|try to|be so kind as to",
    null,
  );
  word(
    "unsupported",
    "not|don't|dont|do not|never|no|none|without|avoid|avoiding|only|neither|nor|nothing|cannot|can't|shouldn't|instead|stop",
    "negation",
  );
  word(
    "unsupported",
    "slowly|quickly|fast|gently|carefully|softly|slow|quick|careful|upright|upside down",
    "manner",
  );
  word(
    "unsupported",
    "if|unless|until|when|while|whenever|once|before|after|as soon as|because|or|either",
    "condition",
  );
  word("unsupported", "again|twice|repeatedly|times|forever|keep|undo", "repetition");
  word(
    "unsupported",
    "cm|centimetres|centimeters|centimetre|centimeter|metres|meters|metre|meter|m|mm|degrees|inches|inch|half",
    "measure",
  );
  word("unsupported", "what|where|who|why|how|is|are|was|does|did|do", "question");
  word("unsupported", "simultaneously|at the same time|at once", "together");
});
